import { UserError } from "../numerics/user-error.ts";
import { decodeHalves, FLOAT_BYTES, type FloatDtype } from "./decode-floats.ts";
import { type OpenFile, openFile } from "./open-file.ts";

/** Rows of numbers that lie in a file one after another. */
export interface RowTable {
  readonly path: string;
  /** The tensor's name where the file has several. */
  readonly tensor?: string;
  readonly dtype: FloatDtype;
  readonly rows: number;
  readonly width: number;
  /** Bytes before the first row. */
  readonly offset: number;
  /** Bytes of the whole file. */
  readonly bytes: number;
}

/** Reads rows of several tables as if they were one, by position. */
export interface RowReader {
  readonly rows: number;
  readonly width: number;
  /** Fills `out` [any, width] with the rows from `first` on; a number that is not finite is a `UserError` naming file and row. */
  readonly read: (out: Float32Array, first: number) => void;
  readonly close: () => void;
}

const OPEN_FILES = 64;

/** A reader of tables of one width; it holds a few files open and no more of them in memory than is asked for. */
export function openRowReader(tables: readonly RowTable[]): RowReader {
  const width = tables[0]?.width ?? 0;
  const starts = [0];
  for (const table of tables) starts.push(starts.at(-1)! + table.rows);
  const files = keepOpen();
  const fill = createRowFiller();
  return {
    rows: starts.at(-1)!,
    width,
    read: (out, first) => {
      for (let row = first; row < first + out.length / width; ) {
        const index = findTable(starts, row);
        const table = tables[index]!;
        const within = row - starts[index]!;
        const count = Math.min(table.rows - within, first + out.length / width - row);
        const part = out.subarray((row - first) * width, (row - first + count) * width);
        fill(files.open(table), table, part, within);
        row += count;
      }
    },
    close: files.close,
  };
}

/** How a table is called in sentences. */
export function nameTable({ path, tensor }: Pick<RowTable, "path" | "tensor">): string {
  return tensor === undefined ? path : `${path}:${tensor}`;
}

function createRowFiller(): (file: OpenFile, table: RowTable, out: Float32Array, first: number) => void {
  let halves = new Uint8Array(0);
  return (file, table, out, first) => {
    const position = table.offset + first * table.width * FLOAT_BYTES[table.dtype];
    if (table.dtype === "F32") file.fill(new Uint8Array(out.buffer, out.byteOffset, out.byteLength), position);
    else {
      if (halves.length < 2 * out.length) halves = new Uint8Array(2 * out.length);
      const bytes = halves.subarray(0, 2 * out.length);
      file.fill(bytes, position);
      decodeHalves(out, bytes, table.dtype);
    }
    checkFinite(out, table, first);
  };
}

function checkFinite(values: Float32Array, table: RowTable, first: number): void {
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += 0 * values[i]!;
  if (zero === 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  const row = first + Math.floor(at / table.width);
  throw new UserError(
    `${nameTable(table)}: row ${row} holds a number that is not finite (${values[at]}, column ${at % table.width}); it was not learned from: write the file without it`,
  );
}

/** The last of the starts that is not after `row`. */
function findTable(starts: readonly number[], row: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Opens files as they are needed, and closes the ones used longest ago where there are many. */
function keepOpen(): { readonly open: (table: RowTable) => OpenFile; readonly close: () => void } {
  const files = new Map<string, OpenFile>();
  return {
    open: (table) => {
      const file = files.get(table.path) ?? openUnchanged(table);
      files.delete(table.path);
      files.set(table.path, file);
      if (files.size > OPEN_FILES) {
        const [oldest, unused] = files.entries().next().value!;
        unused.close();
        files.delete(oldest);
      }
      return file;
    },
    close: () => {
      for (const file of files.values()) file.close();
      files.clear();
    },
  };
}

function openUnchanged(table: RowTable): OpenFile {
  const file = openFile(table.path);
  if (file.size === table.bytes) return file;
  file.close();
  throw new UserError(
    `${table.path} has ${file.size} bytes, it had ${table.bytes}: it was changed while it was in use`,
  );
}
