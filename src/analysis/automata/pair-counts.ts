/** Counts pairs (row, column) of integers from 0. */
export interface PairCounter {
  add(row: number, column: number): void;
  /** What was counted, row by row. */
  finish(rows: number): PairCounts;
}

/** The pairs of row r are those from starts[r] to before starts[r + 1]. */
export interface PairCounts {
  readonly starts: Uint32Array; // [rows + 1]
  readonly columns: Uint32Array; // ascending within a row
  readonly counts: Uint32Array;
}

const FIRST_SIZE = 2 ** 12;

/** A counter that grows with the number of different pairs, by at most 48 bytes each. */
export function createPairCounter(): PairCounter {
  let table = createTable(FIRST_SIZE);
  let used = 0;
  return {
    add: (row, column) => {
      const slot = findSlot(table, row, column);
      if (table.counts[slot] === 0) {
        table.rows[slot] = row;
        table.columns[slot] = column;
        used++;
      }
      table.counts[slot]! += 1;
      if (2 * used > table.counts.length) table = growTable(table);
    },
    finish: (rows) => sortPairs(table, rows, used),
  };
}

interface Table {
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
  readonly counts: Uint32Array; // 0 where there is no pair
}

function createTable(size: number): Table {
  return {
    rows: new Uint32Array(size),
    columns: new Uint32Array(size),
    counts: new Uint32Array(size),
  };
}

/** Where a pair is or would be; the size is a power of two. */
function findSlot({ rows, columns, counts }: Table, row: number, column: number): number {
  const mask = counts.length - 1;
  const mixed = Math.imul(row ^ (row >>> 15), 0x2c1b3c6d) ^ Math.imul(column ^ (column >>> 13), 0x9e3779b1);
  let slot = (mixed ^ (mixed >>> 16)) & mask;
  while (counts[slot] !== 0 && (rows[slot] !== row || columns[slot] !== column)) slot = (slot + 1) & mask;
  return slot;
}

function growTable(table: Table): Table {
  const grown = createTable(2 * table.counts.length);
  for (let from = 0; from < table.counts.length; from++) {
    if (table.counts[from] === 0) continue;
    const to = findSlot(grown, table.rows[from]!, table.columns[from]!);
    grown.rows[to] = table.rows[from]!;
    grown.columns[to] = table.columns[from]!;
    grown.counts[to] = table.counts[from]!;
  }
  return grown;
}

function sortPairs(table: Table, rows: number, used: number): PairCounts {
  const slots = Uint32Array.from(table.counts.keys()).filter((slot) => table.counts[slot] !== 0);
  slots.sort((a, b) => table.rows[a]! - table.rows[b]! || table.columns[a]! - table.columns[b]!);
  const starts = new Uint32Array(rows + 1);
  for (const slot of slots) starts[table.rows[slot]! + 1]! += 1;
  for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!;
  const sorted = { columns: new Uint32Array(used), counts: new Uint32Array(used) };
  slots.forEach((slot, place) => {
    sorted.columns[place] = table.columns[slot]!;
    sorted.counts[place] = table.counts[slot]!;
  });
  return { starts, ...sorted };
}
