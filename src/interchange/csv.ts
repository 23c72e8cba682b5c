import { UserError } from "../numerics/user-error.ts";

/** A row of a file of comma-separated values and the line it begins on. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

const CELL = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
const END = /,|\r?\n|$/y;

/** What a spreadsheet would take for a formula, or for the mark that it is none. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** Rows as RFC 4180 writes them; a text that a spreadsheet would take for a formula is marked as text by a `'`. */
export function renderCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((cells) => `${cells.map(renderCell).join(",")}\r\n`).join("");
}

function renderCell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The rows of such a text, marks taken off and empty lines left out; a quote that is not closed or stands inside a cell is a `UserError` naming its line. */
export function parseCsv(text: string, path: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let [at, line, start] = [0, 1, 1];
  let cells: string[] = [];
  while (at < text.length) {
    CELL.lastIndex = at;
    const [whole, quoted, plain] = CELL.exec(text)!;
    END.lastIndex = at + whole.length;
    const end = END.exec(text);
    if (end === null)
      throw new UserError(`${path}, line ${line}: a quote (") stands where none may, or is not closed`, 2);
    const value = quoted === undefined ? plain! : quoted.replaceAll('""', '"');
    cells.push(value.startsWith("'") && FORMULA.test(value) ? value.slice(1) : value);
    line += countBreaks(whole) + countBreaks(end[0]);
    at = END.lastIndex;
    if (end[0] === "," && at < text.length) continue;
    if (end[0] === ",") cells.push("");
    if (cells.some((cell) => cell !== "")) rows.push({ line: start, cells });
    [cells, start] = [[], line];
  }
  return rows;
}

function countBreaks(text: string): number {
  return text.split("\n").length - 1;
}
