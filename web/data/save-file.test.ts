import { expect, test } from "vitest";
import { renderCsv } from "./save-file.ts";

test("cells with commas, quotes and line breaks are quoted", () => {
  const csv = renderCsv({
    columns: ["token", "value"],
    rows: [
      ['a "b", c', 1.5],
      ["x\ny", -2],
    ],
  });
  expect(csv).toBe('token,value\r\n"a ""b"", c",1.5\r\n"x\ny",-2\r\n');
});

test("text that a spreadsheet would run as a formula is marked as text, numbers are left alone", () => {
  expect(renderCsv({ columns: ["t"], rows: [["=1+1"], ["@x"], [-1]] })).toBe("t\r\n'=1+1\r\n'@x\r\n-1\r\n");
});
