import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openFile } from "./open-file.ts";
import { openRowReader, type RowTable } from "./row-tables.ts";
import { writeSafetensors } from "./safetensors.ts";
import { readSafetensorsHeader } from "./safetensors-header.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of rows [first + r, -(first + r)]. */
function writeRows(
  name: string,
  first: number,
  rows: number,
  change: (values: Float32Array) => void = () => {},
): RowTable {
  const path = join(folder, name);
  const data = Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 1 : -1) * (first + Math.floor(i / 2)));
  change(data);
  writeSafetensors(path, new Map([["x", { shape: [rows, 2], data: first % 2 === 0 ? data : new Float16Array(data) }]]));
  const file = openFile(path);
  const { entries, start } = readSafetensorsHeader(file);
  file.close();
  return { path, dtype: entries[0]!.dtype as "F32" | "F16", rows, width: 2, offset: start, bytes: file.size };
}

test("rows are read from anywhere, across files of either precision, as if they were one table", () => {
  const tables = [writeRows("a", 0, 5), writeRows("b", 5, 1), writeRows("c", 6, 7)];
  const reader = openRowReader(tables);
  expect(reader.rows).toBe(13);
  for (let first = 0; first < 13; first++)
    for (let count = 1; first + count <= 13; count++) {
      const out = new Float32Array(2 * count);
      reader.read(out, first);
      expect([...out]).toEqual(
        Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 1 : -1) * (first + (i >> 1))),
      );
    }
  reader.close();
});

test("more files than may be open at a time are read in any order", () => {
  const tables = Array.from({ length: 150 }, (_, i) => writeRows(`many-${i}`, 2 * i, 2));
  const reader = openRowReader(tables);
  const out = new Float32Array(2);
  for (const row of [0, 299, 1, 150, 2, 299, 0, ...Array.from({ length: 300 }, (_, i) => (i * 77) % 300)]) {
    reader.read(out, row);
    expect(out[0]).toBe(row);
  }
  reader.close();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  "%s is refused by naming file, row and column before anybody sees it",
  (bad) => {
    const table = writeRows("bad", 0, 9, (values) => {
      values[2 * 7 + 1] = bad;
    });
    const reader = openRowReader([writeRows("good", 0, 4), table]);
    expect(() => reader.read(new Float32Array(2 * 5), 0)).not.toThrow();
    expect(() => reader.read(new Float32Array(2 * 4), 8)).toThrow(
      `${table.path}: row 7 holds a number that is not finite (${bad}, column 1)`,
    );
    reader.close();
  },
);

test("a file that was changed since it was looked at is refused", () => {
  const table = writeRows("changed", 0, 4);
  appendFileSync(table.path, "more");
  expect(() => openRowReader([table]).read(new Float32Array(2), 0)).toThrow(/it was changed while it was in use/);
});
