// Starts, kills and restarts the published silo on a folder of its own, and speaks to its API with the bootstrap key.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = process.env.ORLEANS_DPO_ROOT ?? join(import.meta.dirname, '../..');
const published = process.env.ORLEANS_DPO_PUBLISHED ?? join(root, 'artifacts/published');

export const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Waits until a condition holds. @param {string} what for the message @param {() => any} probe @param {number} seconds */
export async function until(what, probe, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    try {
      const value = await probe();
      if (value) { return value; }
      last = value;
    } catch (error) { last = error; }
    await wait(50);
  }
  throw new Error(`After ${seconds} s there was still no ${what}; last seen: ${last?.stack ?? JSON.stringify(last)}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
  });
}

export class Server {
  static async start() {
    const server = new Server();
    server.data = mkdtempSync(join(tmpdir(), 'odpo e2e '));   // a space in the path, on purpose
    server.url = `http://127.0.0.1:${await freePort()}`;
    server.keyFile = join(server.data, 'bootstrap.key');
    await server.run();
    return server;
  }

  async run() {
    this.output = '';
    this.process = spawn(join(published, 'Silo/Orleans.Dpo.Silo'),
      ['serve', '--data', join(this.data, 'store'), '--url', this.url, '--trainer', join(published, 'Trainer/Orleans.Dpo.Trainer'), '--bootstrap-key', this.keyFile],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout, this.process.stderr]) { stream.on('data', chunk => { this.output += chunk; }); }
    await until('healthy server', async () => {
      if (this.process.exitCode !== null) { throw new Error(`The silo ended with ${this.process.exitCode}:\n${this.output}`); }
      return (await fetch(`${this.url}/health`)).ok;
    });
    await until('bootstrap key', () => existsSync(this.keyFile));
    this.key = readFileSync(this.keyFile, 'utf8').trim();
  }

  /** kill -9: nothing is flushed, nothing is said. */
  async kill() {
    const ended = new Promise(resolve => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise(resolve => this.process.once('exit', resolve));
      this.process.kill('SIGTERM');
      await ended;
    }
    rmSync(this.data, { recursive: true, force: true });
  }

  /** @returns {Promise<any>} the parsed answer; throws with the body for 4xx and 5xx */
  async call(method, path, body, key = this.key) {
    const response = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) { throw new Error(`${method} ${path}: ${response.status} ${text}`); }
    return text ? JSON.parse(text) : null;
  }
}
