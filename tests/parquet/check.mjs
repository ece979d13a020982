// Reads FILE.parquet with DuckDB and with hyparquet, and compares both, row for row and member for member, with FILE.jsonl.
import { readFile } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { gunzipSync } from "node:zlib";

const compressors = { GZIP: (input, length) => new Uint8Array(gunzipSync(input, { maxOutputLength: length })) };
const plain = (value) => typeof value === "bigint" ? Number(value)
  : Array.isArray(value) ? value.map(plain)
  : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]).sort(([a], [b]) => (a < b ? -1 : 1)))
  : value ?? null;
const instance = await DuckDBInstance.create(":memory:");
const duck = await instance.connect();
for (const file of process.argv.slice(2)) {
  const expected = (await readFile(file.replace(/parquet$/, "jsonl"), "utf8")).split("\n").filter(Boolean).map((line) => plain(JSON.parse(line)));
  const readers = {
    DuckDB: (await (await duck.runAndReadAll(`select * from read_parquet('${file}')`)).getRowObjectsJS()).map(plain),
    hyparquet: (await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors })).map(plain),
  };
  for (const [reader, rows] of Object.entries(readers)) {
    if (rows.length !== expected.length) {
      throw new Error(`${file}: ${reader} reads ${rows.length} rows, written were ${expected.length}`);
    }
    rows.forEach((row, i) => {
      const names = Object.keys(row);
      const wanted = Object.fromEntries(names.map((name) => [name, expected[i][name] ?? null]).sort(([a], [b]) => (a < b ? -1 : 1)));
      if (JSON.stringify(row) !== JSON.stringify(wanted) || Object.keys(expected[i]).some((name) => !names.includes(name))) {
        throw new Error(`${file}: ${reader} reads row ${i} as ${JSON.stringify(row)}, written was ${JSON.stringify(expected[i])}`);
      }
    });
  }
  if (expected.length > 0 && typeof expected[0].n === "number") {
    const [{ low, high, n }] = (await (await duck.runAndReadAll(`select min(n) low, max(n) high, count(*) n from read_parquet('${file}') where n >= 0`)).getRowObjectsJS()).map(plain);
    console.log(`${file}: n from ${low} to ${high} in ${n} rows`);
  }
  console.log(`${file}: ${expected.length} rows read the same by both`);
}
