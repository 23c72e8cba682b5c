import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createRowOrder, type RowRun, type RowSplit } from "./row-order.ts";
import { shuffle, shuffleStart } from "./shuffle.ts";

/** Rows that can be read from anywhere. */
export interface RowStore {
  readonly width: number;
  /** Fills `out` [any, width] with the rows from `first` on. */
  readonly read: (out: Float32Array, first: number) => void;
}

/** Which rows are wanted, and how they are mixed into batches. */
export interface MixRowsOptions {
  readonly split: RowSplit;
  /** Rows per batch. */
  readonly batch: number;
  /** Rows mixed at a time. */
  readonly capacity: number;
  readonly seed: number;
  /** Seed of the mixing where it is another one: the same rows in another order. */
  readonly mixSeed?: number;
  /** Rows in all; all there are to learn from if absent. */
  readonly rows?: number;
  /** The batch to begin with, 0 if absent: batches are the same wherever one begins. */
  readonly firstBatch?: number;
}

const CHUNK_ROWS = 1024;

/**
 * Batches [batch, width], each valid until the next, of rows from all over the store, each row once: short runs of neighbours in
 * random order fill a buffer, and batches are drawn from it at random. A last batch that is not full is dropped.
 */
export function mixRows(kernels: Kernels, store: RowStore, options: MixRowsOptions): AsyncGenerator<Tensor> {
  const { split, seed, mixSeed = seed, capacity } = options;
  const { runAt } = createRowOrder(split, capacity, seed);
  const end = Math.min(split.rows, options.rows ?? split.rows);
  const rows = readRuns(kernels, store, runAt, shuffleStart(options).firstRow, end);
  return shuffle(kernels, rows, { ...options, seed: mixSeed, width: store.width, lastBatch: "drop" });
}

/** The rows held out, up to `limit` of them, in tensors of at most `chunk` rows [any, width], each valid until the next. */
export function readHeldOutRows(
  kernels: Kernels,
  store: RowStore,
  split: RowSplit,
  { limit, chunk }: { readonly limit: number; readonly chunk: number },
): Generator<Tensor> {
  const { blockRows, heldOut, heldOutRow } = split;
  const runAt = (row: number): RowRun => ({ first: heldOutRow(row), count: blockRows - (row % blockRows) });
  return readRuns(kernels, store, runAt, 0, Math.min(limit, heldOut), chunk);
}

/** Yields the rows `first` to `end` of an order in tensors of at most `chunk` rows, each valid until the next. */
function* readRuns(
  kernels: Kernels,
  store: RowStore,
  runAt: (row: number) => RowRun,
  first: number,
  end: number,
  chunk = CHUNK_ROWS,
): Generator<Tensor> {
  const { width } = store;
  const values = new Float32Array(chunk * width);
  const tensor = kernels.create([chunk, width]);
  for (let row = first; row < end; row += chunk) {
    const count = Math.min(chunk, end - row);
    for (let filled = 0; filled < count; ) {
      const run = runAt(row + filled);
      const taken = Math.min(run.count, count - filled);
      store.read(values.subarray(filled * width, (filled + taken) * width), run.first);
      filled += taken;
    }
    kernels.write(tensor, values);
    yield kernels.rows(tensor, 0, count);
  }
}
