import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsv, renderCsv } from "./csv.ts";

test("what is written is read again, whatever the cells hold", () => {
  const cell = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a", "'", "=") }));
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }));
  fc.assert(
    fc.property(table, (rows) => {
      const filled = rows.filter((cells) => cells.some((one) => one !== ""));
      expect(parseCsv(renderCsv(rows), "file").map(({ cells }) => cells)).toEqual(filled);
    }),
  );
});

test("rows know the line they begin on, and Windows' line ends are read", () => {
  expect(parseCsv('a,b\r\n"1\n2",3\r\n\r\n4,', "file")).toEqual([
    { line: 1, cells: ["a", "b"] },
    { line: 2, cells: ["1\n2", "3"] },
    { line: 5, cells: ["4", ""] },
  ]);
});

test("a quote that is not closed is a sentence with its line", () => {
  expect(() => parseCsv('a\n"b', "x.csv")).toThrow(
    'x.csv, line 2: a quote (") stands where none may, or is not closed',
  );
  expect(() => parseCsv('a\nb"c', "x.csv")).toThrow("x.csv, line 2");
});
