// Reads a pulled version as dataset libraries and Croissant readers do: by the configurations in README.md's head and by croissant.json, with DuckDB over the files they name.
// Argument: the folder. Prints one JSON object: rows by configuration and split, rows and columns by record set.
import { readFile, readdir } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join, relative, matchesGlob } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const folder = process.argv[2];
const duck = await (await DuckDBInstance.create(":memory:")).connect();
const paths = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
const list = (patterns) => {
  const found = paths.filter((path) => patterns.some((pattern) => matchesGlob(path, pattern)));
  if (found.length === 0) {
    throw new Error(`nothing matches ${patterns}`);
  }
  return `[${found.map((path) => `'${join(folder, path)}'`).join(",")}]`;
};
const ask = async (sql) => (await duck.runAndReadAll(sql)).getRowObjectsJS();
const count = async (files) => Number((await ask(`select count(*) n from read_json(${files}, format = 'newline_delimited')`))[0].n);

// The part of YAML that the card uses: two levels of lists of "key: value".
const head = (await readFile(join(folder, "README.md"), "utf8")).split("---\n")[1].split("\n");
const configs = {};
let [config, split] = [null, null];
for (const line of head) {
  const [, key, value] = /^\s*-?\s*(\w+):\s*(.*)$/.exec(line) ?? [];
  if (key === "config_name") { config = configs[value] = {}; }
  if (key === "split") { split = value; }
  if (key === "path") { (config[split] ??= []).push(value); }
}
const rows = {};
for (const [name, splits] of Object.entries(configs)) {
  rows[name] = {};
  for (const [part, patterns] of Object.entries(splits)) { rows[name][part] = await count(list(patterns)); }
}

const card = JSON.parse(await readFile(join(folder, "croissant.json"), "utf8"));
for (const file of card.distribution.filter((entry) => entry["@type"] === "cr:FileObject")) {
  const bytes = await readFile(join(folder, file.contentUrl));
  if (createHash("sha256").update(bytes).digest("hex") !== file.sha256 || `${bytes.length} B` !== file.contentSize) {
    throw new Error(`${file.contentUrl} is not what croissant.json says`);
  }
}
const sets = Object.fromEntries(card.distribution.filter((entry) => entry["@type"] === "cr:FileSet").map((entry) => [entry["@id"], entry.includes]));
const records = {};
for (const set of card.recordSet) {
  const includes = [sets[set.field[0].source.fileSet["@id"]]].flat();
  if (!paths.some((path) => includes.some((pattern) => matchesGlob(path, pattern)))) {
    throw new Error(`${set.name} has no file`);
  }
  const files = list(includes);
  const columns = (await ask(`describe select * from read_json(${files}, format = 'newline_delimited', sample_size = -1)`)).map((column) => column.column_name).sort();
  records[set.name] = { rows: await count(files), same: JSON.stringify(columns) === JSON.stringify(set.field.map((field) => field.source.extract.column).sort()) };
}
console.log(JSON.stringify({ rows, records, license: card.license, citeAs: card.citeAs, creators: [card.creator].flat().map((creator) => creator.name), head: head.filter((line) => line.startsWith("license")) }));
