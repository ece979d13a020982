// Runs every *.e2e.mjs here and ends with the line that the test runner counts. `node run.mjs NAME` runs one file.
import { readdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { Server } from './server.mjs';

const files = readdirSync(import.meta.dirname).filter(name => name.endsWith('.e2e.mjs') && (!process.argv[2] || name.startsWith(process.argv[2]))).sort();
let passed = 0;
let failed = 0;
let browser;
try {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
} catch (error) {
  console.log(`Chromium does not start (./dpo setup installs it): ${error.message}`);
  console.log('e2e: 0 passed, 1 failed');
  process.exit(1);
}
for (const file of files) {
  const { name, run } = await import(`./${file}`);
  let server;
  let context;
  const started = Date.now();
  try {
    server = await Server.start();
    context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    const page = await context.newPage();
    const problems = [];
    page.on('pageerror', error => problems.push(error.message));
    page.on('console', message => { if (message.type() === 'error' && /Content Security Policy|SyntaxError|ReferenceError|TypeError/.test(message.text())) { problems.push(message.text()); } });
    await run({ server, context, page });
    if (problems.length > 0) { throw new Error(`The page reported: ${problems.join(' | ')}`); }
    passed++;
    console.log(`ok   ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    const seen = await context?.pages()[0]?.locator('body').innerText({ timeout: 2000 }).catch(() => '');
    console.log(`FAIL ${name}\n${error.stack}\n--- page\n${seen?.slice(0, 2000)}\n--- server\n${server?.output.split('\n').slice(-40).join('\n')}`);
    await context?.pages()[0]?.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS ?? import.meta.dirname}/failed-${file}.png` }).catch(() => {});
  } finally {
    await context?.close();
    await server?.stop();
  }
}
await browser.close();
console.log(`e2e: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
