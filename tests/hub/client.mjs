// Walks one dataset and one model with the Hub's own client and prints what it saw, one JSON object.
// Arguments: server, API key, dataset, its revision, model, folder for the snapshot.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { datasetInfo, downloadFile, fileExists, listFiles, modelInfo, pathsInfo, repoExists, snapshotDownload } from '@huggingface/hub';

const [hubUrl, accessToken, dataset, revision, model, cacheDir] = process.argv.slice(2);
const common = { hubUrl, accessToken };
const data = { type: 'dataset', name: dataset };
const weights = { type: 'model', name: model };
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

async function hashesOf(repo, revision) {
  const found = {};
  for await (const file of listFiles({ ...common, repo, revision, recursive: true })) {
    if (file.type === 'file') {
      const blob = await downloadFile({ ...common, repo, revision, path: file.path });
      const bytes = Buffer.from(await blob.arrayBuffer());
      if (bytes.length !== file.size || file.lfs.oid !== sha256(bytes)) { throw new Error(`${file.path} differs from its entry`); }
      found[file.path] = sha256(bytes);
    }
  }
  return found;
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name)).filter(path => statSync(path).isFile());
}

async function topOf(repo, revision) {
  const found = [];
  for await (const file of listFiles({ ...common, repo, revision })) { found.push(`${file.type} ${file.path}`); }
  return found;
}

async function refused(action) {
  try { await action(); return 'served'; } catch (error) { return error.statusCode ?? error.message; }
}

// As load_dataset does: the card's configurations name patterns, the tree has the files, each file is lines of JSON.
async function rowsOf(repo, revision) {
  const card = Buffer.from(await (await downloadFile({ ...common, repo, revision, path: 'README.md' })).arrayBuffer()).toString();
  const rows = {};
  let [config, split] = ['', ''];
  for (const line of card.split('---\n')[1].split('\n')) {
    const [, key, value] = /^\s*-?\s*(\w+):\s*(.*)$/.exec(line) ?? [];
    if (key === 'config_name') { config = value; }
    if (key === 'split') { split = value; }
    if (key === 'path') {
      const pattern = new RegExp(`^${value.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
      rows[`${config}/${split}`] = 0;
      for await (const file of listFiles({ ...common, repo, revision, recursive: true })) {
        if (pattern.test(file.path)) {
          const text = Buffer.from(await (await downloadFile({ ...common, repo, revision, path: file.path })).arrayBuffer()).toString();
          rows[`${config}/${split}`] += text.split('\n').filter(Boolean).map(row => JSON.parse(row)).length;
        }
      }
    }
  }
  return rows;
}

const snapshot = await snapshotDownload({ ...common, repo: data, revision, cacheDir });
console.log(JSON.stringify({
  dataset: (await datasetInfo({ ...common, name: dataset, revision, additionalFields: ['sha'] })).sha,
  model: (await modelInfo({ ...common, name: model, additionalFields: ['sha'] })).sha,
  files: await hashesOf(data, revision),
  rows: await rowsOf(data, revision),
  weights: await hashesOf(weights, undefined),
  top: await topOf(data, revision),
  some: (await pathsInfo({ ...common, repo: data, revision, paths: ['recipe.json', 'data', 'nothing'] })).map(entry => `${entry.type} ${entry.path}`),
  exists: [await fileExists({ ...common, repo: data, revision, path: 'recipe.json' }), await fileExists({ ...common, repo: data, revision, path: 'nothing.json' })],
  missing: await downloadFile({ ...common, repo: data, revision, path: 'nothing.json' }),
  repos: [await repoExists({ ...common, repo: data }), await repoExists({ ...common, repo: { type: 'dataset', name: 'dpo/nothing' } })],
  noRevision: await refused(() => datasetInfo({ ...common, name: dataset, revision: 'v99' })),
  noKey: await refused(() => datasetInfo({ hubUrl, name: dataset })),
  snapshot: Object.fromEntries(filesBelow(snapshot).map(path => [relative(snapshot, path), sha256(readFileSync(path))])),
}));
