import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createPermutation } from "../numerics/permutation.ts";

/** How rows are mixed and cut into batches. */
export interface ShuffleOptions {
  /** Numbers per row. */
  readonly width: number;
  /** Rows mixed at a time: memory is 4 * capacity * width bytes. */
  readonly capacity: number;
  /** Rows per emitted batch. */
  readonly batch: number;
  readonly seed: number;
  /** What happens to a last batch that is not full. */
  readonly lastBatch: "short" | "drop";
  /** The batch to begin with, 0 if absent: the rows given must then begin at `shuffleStart(...).firstRow`. */
  readonly firstBatch?: number;
}

/** Where a shuffle that begins at a later batch must begin reading, and how much of its first block it skips. */
export interface ShuffleStart {
  readonly block: number;
  readonly firstRow: number;
  readonly skip: number;
}

/** The block that holds the first row of batch `firstBatch`: resuming costs at most reading one block again. */
export function shuffleStart(options: Pick<ShuffleOptions, "batch" | "capacity" | "firstBatch">): ShuffleStart {
  const emitted = (options.firstBatch ?? 0) * options.batch;
  const block = Math.floor(emitted / options.capacity);
  const firstRow = block * options.capacity;
  return { block, firstRow, skip: emitted - firstRow };
}

/**
 * Mixes rows [any, width] and yields batches [batch, width], valid until the next. Runs of `capacity` rows (blocks) are held
 * in one device tensor and emitted in the order of a permutation that is a function of (seed, block): every row comes
 * exactly once, and nothing needs to be saved to resume.
 */
export async function* shuffle(
  kernels: Kernels,
  rows: AsyncIterable<Tensor> | Iterable<Tensor>,
  options: ShuffleOptions,
): AsyncGenerator<Tensor> {
  const { batch, width, capacity } = options;
  const start = shuffleStart(options);
  const buffer = kernels.create([capacity, width]);
  const out = kernels.create([batch, width]);
  try {
    yield* mixBlocks(kernels, { buffer, out }, rows, options, start);
  } finally {
    kernels.release(buffer);
    kernels.release(out);
  }
}

async function* mixBlocks(
  kernels: Kernels,
  { buffer, out }: { readonly buffer: Tensor; readonly out: Tensor },
  rows: AsyncIterable<Tensor> | Iterable<Tensor>,
  { batch, seed, lastBatch }: ShuffleOptions,
  start: ShuffleStart,
): AsyncGenerator<Tensor> {
  let block = start.block;
  let skip = start.skip;
  let filled = 0;
  for await (const size of fillBlocks(kernels, buffer, rows)) {
    const order = createPermutation(size, seed, "shuffle", block);
    for (let next = skip; next < size; ) {
      const count = Math.min(batch - filled, size - next);
      const first = next;
      const picked = Int32Array.from({ length: count }, (_, index) => order(first + index));
      kernels.gatherRows(kernels.rows(out, filled, count), buffer, kernels.upload(picked, [count]));
      next += count;
      filled += count;
      if (filled < batch) continue;
      yield out;
      filled = 0;
    }
    block++;
    skip = 0;
  }
  if (filled > 0 && lastBatch === "short") yield kernels.rows(out, 0, filled);
}

/** Copies rows into the buffer and yields the number it holds whenever it is full, and once more for what is left at the end. */
async function* fillBlocks(
  kernels: Kernels,
  buffer: Tensor,
  rows: AsyncIterable<Tensor> | Iterable<Tensor>,
): AsyncGenerator<number> {
  const capacity = buffer.shape[0]!;
  let filled = 0;
  for await (const tensor of rows) {
    const available = tensor.shape[0]!;
    for (let used = 0; used < available; ) {
      const count = Math.min(capacity - filled, available - used);
      kernels.copy(kernels.rows(buffer, filled, count), kernels.rows(tensor, used, count));
      used += count;
      filled += count;
      if (filled < capacity) continue;
      yield filled;
      filled = 0;
    }
  }
  if (filled > 0) yield filled;
}
