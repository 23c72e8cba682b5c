import type { Kernels, Tensor } from "../kernels/kernels.ts";
import type { RandomStream } from "../numerics/random.ts";

/** Batches of activations [B, width], each valid until the next. */
export type ActivationBatches = AsyncIterable<Tensor> | Iterable<Tensor>;

/** From what inputs are drawn, and how. */
export interface DrawInputsOptions {
  readonly inputs: ActivationBatches;
  /** How many inputs to look at, fewer if there are fewer. */
  readonly limit: number;
  /** Each row's chance, up to a factor; 0 for a row that must not be drawn. */
  readonly weigh: (x: Tensor) => Promise<Float64Array>;
  /** Whether each draw is independent of the others, so that an input may come twice. */
  readonly replacement: boolean;
}

/**
 * Draws `count` inputs, each with probability proportional to its weight, in one pass that holds `count` rows; returns them
 * [drawn, width] in order of drawing. Without replacement fewer inputs give fewer rows; with none to draw from null.
 */
export async function drawInputs(
  kernels: Kernels,
  shape: readonly [count: number, width: number],
  options: DrawInputsOptions,
  stream: RandomStream,
): Promise<Tensor | null> {
  const [count] = shape;
  const kept = kernels.create(shape);
  const reservoir = options.replacement ? keepIndependent(count, stream) : keepDistinct(count, stream);
  let seen = 0;
  for await (const x of options.inputs) {
    const weights = (await options.weigh(x)).subarray(0, options.limit - seen);
    exchangeRows(kernels, kept, x, reservoir.offer(weights, seen));
    seen += weights.length;
    if (seen >= options.limit) break;
  }
  const order = reservoir.order();
  const drawn = order.length === 0 ? null : kernels.create([order.length, shape[1]]);
  if (drawn) gather(kernels, drawn, kept, order);
  kernels.release(kept);
  return drawn;
}

/** A place among the kept rows, and the row of the current batch that takes it. */
interface Exchange {
  readonly slot: number;
  readonly row: number;
}

interface Reservoir {
  /** Which rows of the next batch are kept; `first` counts the rows before it. */
  offer(weights: Float64Array, first: number): readonly Exchange[];
  /** The filled places in order of drawing. */
  order(): readonly number[];
}

/** Without replacement: the rows with the smallest of independent exponential variates of rates `weights` (Efraimidis and Spirakis 2006). */
function keepDistinct(count: number, stream: RandomStream): Reservoir {
  const keys = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const places = () => [...keys.keys()];
  return {
    offer: (weights, first) => {
      const drawn = weights.map((weight, row) => -Math.log(drawOpen(stream, first + row)) / weight);
      const slots = places().sort((a, b) => keys[b]! - keys[a]!);
      const rows = [...drawn.keys()].sort((a, b) => drawn[a]! - drawn[b]!).slice(0, count);
      const worse = rows.findIndex((row, i) => drawn[row]! >= keys[slots[i]!]!);
      const taken = worse < 0 ? rows : rows.slice(0, worse);
      for (const [i, row] of taken.entries()) keys[slots[i]!] = drawn[row]!;
      return taken.map((row, i) => ({ slot: slots[i]!, row }));
    },
    order: () =>
      places()
        .filter((slot) => keys[slot]! < Number.POSITIVE_INFINITY)
        .sort((a, b) => keys[a]! - keys[b]!),
  };
}

/** With replacement: each place goes over to the new batch with the batch's share of all weight so far, then to a row of it by weight. */
function keepIndependent(count: number, stream: RandomStream): Reservoir {
  let total = 0;
  let draws = 0;
  return {
    offer: (weights) => {
      const sums = cumulate(weights);
      const batch = sums.at(-1) ?? 0;
      total += batch;
      const exchanges: Exchange[] = [];
      for (let slot = 0; slot < count; slot++, draws += 2) {
        if (drawOpen(stream, draws) * total >= batch) continue;
        exchanges.push({ slot, row: findInterval(sums, drawOpen(stream, draws + 1) * batch) });
      }
      return exchanges;
    },
    order: () => (total > 0 ? Array.from({ length: count }, (_, slot) => slot) : []),
  };
}

/** A uniform number strictly between 0 and 1. */
function drawOpen(stream: RandomStream, index: number): number {
  return (stream.bits(index) + 0.5) / 2 ** 32;
}

function cumulate(weights: Float64Array): Float64Array {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}

/** The first index whose cumulated sum exceeds `value`. */
function findInterval(sums: Float64Array, value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function exchangeRows(kernels: Kernels, kept: Tensor, x: Tensor, exchanges: readonly Exchange[]): void {
  if (exchanges.length === 0) return;
  const arriving = kernels.create([exchanges.length, x.shape[1]!]);
  const slots = Int32Array.from(exchanges, ({ slot }) => slot);
  gather(
    kernels,
    arriving,
    x,
    exchanges.map(({ row }) => row),
  );
  const indices = kernels.upload(slots, [slots.length]);
  kernels.scatterRows(kept, indices, arriving);
  for (const tensor of [indices, arriving]) kernels.release(tensor);
}

function gather(kernels: Kernels, out: Tensor, table: Tensor, rows: readonly number[]): void {
  const indices = kernels.upload(Int32Array.from(rows), [rows.length]);
  kernels.gatherRows(out, table, indices);
  kernels.release(indices);
}
