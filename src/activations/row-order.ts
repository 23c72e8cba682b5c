import { createPermutation } from "../numerics/permutation.ts";

/** How the rows of a table are parted into those learned from and those held out. */
export interface RowSplit {
  /** Rows to learn from. */
  readonly rows: number;
  /** Rows kept aside. */
  readonly heldOut: number;
  /** The table's row that is row `index` of those held out; neighbours come in runs. */
  readonly heldOutRow: (index: number) => number;
  /** The table's row that is row `index` of those learned from, in no useful order. */
  readonly row: (index: number) => number;
  /** Rows that lie next to one another in the table: `row` maps each whole block of so many onto neighbours. */
  readonly blockRows: number;
}

/** A number of rows that lie next to one another. */
export interface RowRun {
  readonly first: number;
  readonly count: number;
}

const LARGEST_BLOCK = 64;
const BLOCKS_WANTED = 1024;
const RUNS_PER_BUFFER = 1024;

/**
 * Keeps a random share of a table's rows aside, in blocks of up to 64 neighbours, so that what was written together (the tokens
 * of one text) is learned from or judged on, not both. A function of (rows, share, limit, seed) alone.
 */
export function splitRows(
  rows: number,
  { share, limit, seed }: { readonly share: number; readonly limit: number; readonly seed: number },
): RowSplit {
  const blockRows = largestPower(Math.min(LARGEST_BLOCK, rows / BLOCKS_WANTED));
  const blocks = Math.floor(rows / blockRows);
  const heldOutBlocks = share === 0 ? 0 : Math.floor(Math.min(Math.ceil(rows * share), limit) / blockRows);
  const blockAt = createPermutation(blocks, seed, "held-out rows");
  const whole = (blocks - heldOutBlocks) * blockRows;
  const locate = (block: number, index: number) => blockAt(block) * blockRows + (index % blockRows);
  return {
    rows: rows - heldOutBlocks * blockRows,
    heldOut: heldOutBlocks * blockRows,
    blockRows,
    heldOutRow: (index) => locate(Math.floor(index / blockRows), index),
    // Rows after the last whole block are learned from, last.
    row: (index) =>
      index < whole ? locate(heldOutBlocks + Math.floor(index / blockRows), index) : blocks * blockRows + index - whole,
  };
}

/**
 * The order in which rows are read to be mixed: short runs of neighbours from places all over the table, each row once. A mixing
 * buffer of `bufferRows` holds a thousand runs or more where the run is longer than one row. Row r of the order is a function of (seed, r).
 */
export function createRowOrder(
  split: RowSplit,
  bufferRows: number,
  seed: number,
): { readonly runAt: (row: number) => RowRun } {
  const runRows = largestPower(Math.min(split.blockRows, bufferRows / RUNS_PER_BUFFER));
  const runs = Math.floor(split.rows / runRows);
  const runIndex = createPermutation(runs, seed, "row order");
  const whole = runs * runRows;
  return {
    runAt: (row) => {
      if (row >= whole) return { first: split.row(row), count: 1 };
      const within = row % runRows;
      return { first: split.row(runIndex(Math.floor(row / runRows)) * runRows + within), count: runRows - within };
    },
  };
}

/** The largest power of two up to `limit`, at least 1. */
function largestPower(limit: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(limit)));
}
