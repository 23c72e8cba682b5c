import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createRandomStream, type RandomStream } from "../numerics/random.ts";
import { createAutoencoder } from "./autoencoder.ts";
import type { Dictionary } from "./dictionary.ts";
import { measureRowLosses } from "./loss.ts";
import { createSparseEncoder } from "./sparse-encoder.ts";
import type { TrainingState } from "./training-state.ts";

/** Share of the alive encoder rows' mean norm that a re-initialised row gets (paper, neuron resampling, step 5). */
export const RESAMPLED_ENCODER_SCALE = 0.2;

/** Batches of activations [B, width], each valid until the next. */
export type ActivationBatches = AsyncIterable<Tensor> | Iterable<Tensor>;

/** What resampling needs besides the state. */
export interface ResampleOptions {
  /** Random inputs of the training distribution. */
  readonly inputs: ActivationBatches;
  /** How many of them to use, fewer if there are fewer. */
  readonly limit: number;
  /** The penalty's coefficient in the loss. */
  readonly l1: number;
  readonly seed: number;
}

/**
 * Re-initialises the features that were silent since the activity window opened (paper, neuron resampling) and returns
 * their indices: an input drawn with probability proportional to its squared loss gives each its decoder row (at norm 1)
 * and encoder row (at 0.2 of the mean norm of alive rows), bias 0 and empty Adam moments.
 */
export async function resampleDeadFeatures(
  kernels: Kernels,
  state: TrainingState,
  options: ResampleOptions,
): Promise<Int32Array> {
  const dead = findSilent(await kernels.read(state.activity));
  if (dead.length === 0) return dead;
  const dictionary = createAutoencoder(kernels, state.weights);
  const stream = createRandomStream(options.seed, "resample", state.step);
  const chosen = await drawInputsByLoss(kernels, dictionary, dead.length, options, stream);
  if (!chosen) return new Int32Array(0);
  await replaceFeatures(kernels, state, dead, chosen);
  kernels.release(chosen);
  return dead;
}

/** Indices whose activity is exactly 0. */
export function findSilent(activity: Float32Array): Int32Array {
  return Int32Array.from([...activity.keys()].filter((index) => activity[index] === 0));
}

/**
 * Draws `count` inputs without replacement, each with probability proportional to its squared loss, in one pass that holds
 * `count` rows (weighted reservoir: the smallest of independent exponential variates with rates loss^2). Returns
 * [count, width] in order of drawing; where there are fewer inputs they repeat, where there are none null.
 */
export async function drawInputsByLoss(
  kernels: Kernels,
  dictionary: Dictionary,
  count: number,
  options: Pick<ResampleOptions, "inputs" | "limit" | "l1">,
  stream: RandomStream,
): Promise<Tensor | null> {
  const kept = kernels.create([count, dictionary.width]);
  const keys = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const encoder = createSparseEncoder(kernels, dictionary);
  let seen = 0;
  for await (const x of options.inputs) {
    const weights = await measureSquaredLosses(kernels, dictionary, x, (await encoder.encode(x)).codes, options.l1);
    const rows = Math.min(weights.length, options.limit - seen);
    const drawn = weights.subarray(0, rows).map((weight, row) => drawExponential(stream, seen + row) / weight);
    keepSmallest(kernels, kept, keys, x, drawn);
    seen += rows;
    if (seen >= options.limit) break;
  }
  encoder.release();
  const order = [...keys.keys()].filter((slot) => keys[slot]! < Number.POSITIVE_INFINITY);
  order.sort((a, b) => keys[a]! - keys[b]!);
  if (order.length === 0) return null;
  const chosen = kernels.create([count, dictionary.width]);
  kernels.gatherRows(
    chosen,
    kept,
    uploadIndices(
      kernels,
      Int32Array.from({ length: count }, (_, i) => order[i % order.length]!),
    ),
  );
  kernels.release(kept);
  return chosen;
}

function drawExponential(stream: RandomStream, index: number): number {
  return -Math.log((stream.bits(index) + 0.5) / 2 ** 32);
}

/** Each row's squared loss; 0 for a row of zeros, which has no direction. */
async function measureSquaredLosses(
  kernels: Kernels,
  dictionary: Dictionary,
  x: Tensor,
  codes: Parameters<typeof measureRowLosses>[3],
  l1: number,
): Promise<Float64Array> {
  const losses = kernels.create([x.shape[0]!]);
  const norms = kernels.create([x.shape[0]!]);
  measureRowLosses(kernels, losses, dictionary, codes, x, l1);
  kernels.rowSquaredNorms(norms, x);
  const [loss, norm] = [await kernels.read(losses), await kernels.read(norms)];
  kernels.release(losses);
  kernels.release(norms);
  return Float64Array.from(loss, (value, row) => (norm[row]! > 0 ? value * value : 0));
}

/** Keeps in `kept` the rows with the smallest keys among those it holds and those of x, updating `keys`. */
function keepSmallest(kernels: Kernels, kept: Tensor, keys: Float64Array, x: Tensor, drawn: Float64Array): void {
  const slots = [...keys.keys()].sort((a, b) => keys[b]! - keys[a]!);
  const candidates = [...drawn.keys()].sort((a, b) => drawn[a]! - drawn[b]!);
  let taken = 0;
  while (taken < Math.min(slots.length, candidates.length) && drawn[candidates[taken]!]! < keys[slots[taken]!]!)
    taken++;
  if (taken === 0) return;
  const arriving = kernels.create([taken, x.shape[1]!]);
  kernels.gatherRows(arriving, x, uploadIndices(kernels, Int32Array.from(candidates.slice(0, taken))));
  kernels.scatterRows(kept, uploadIndices(kernels, Int32Array.from(slots.slice(0, taken))), arriving);
  kernels.release(arriving);
  for (let i = 0; i < taken; i++) keys[slots[i]!] = drawn[candidates[i]!]!;
}

/** Steps 4 to 6: decoder rows = inputs at norm 1, encoder rows the same scaled, biases and all their moments 0. */
async function replaceFeatures(
  kernels: Kernels,
  state: TrainingState,
  dead: Int32Array,
  inputs: Tensor,
): Promise<void> {
  const { weights, moment1, moment2 } = state;
  const rows = uploadIndices(kernels, dead);
  const scale = RESAMPLED_ENCODER_SCALE * (await measureAliveNorm(kernels, weights.encoder, dead));
  const directions = kernels.create(inputs.shape);
  const zeroRows = kernels.create(inputs.shape);
  const zeros = kernels.create([dead.length, 1]);
  kernels.normaliseRows(directions, inputs);
  kernels.scatterRows(weights.decoder, rows, directions);
  kernels.scale(directions, directions, scale);
  kernels.scatterRows(weights.encoder, rows, directions);
  kernels.scatterRows(asColumn(kernels, weights.encoderBias), rows, zeros);
  for (const moment of [moment1, moment2]) {
    kernels.scatterRows(moment.encoder, rows, zeroRows);
    kernels.scatterRows(moment.decoder, rows, zeroRows);
    kernels.scatterRows(asColumn(kernels, moment.encoderBias), rows, zeros);
  }
  for (const tensor of [rows, directions, zeroRows, zeros]) kernels.release(tensor);
}

/** Mean norm of the encoder rows of alive features; of all rows when none is alive. */
async function measureAliveNorm(kernels: Kernels, encoder: Tensor, dead: Int32Array): Promise<number> {
  const squares = kernels.create([encoder.shape[0]!]);
  kernels.rowSquaredNorms(squares, encoder);
  const norms = (await kernels.read(squares)).map(Math.sqrt);
  kernels.release(squares);
  const silent = new Set(dead);
  const alive = dead.length < norms.length ? norms.filter((_, row) => !silent.has(row)) : norms;
  return alive.reduce((a, b) => a + b, 0) / alive.length;
}

function asColumn(kernels: Kernels, bias: Tensor): Tensor {
  return kernels.reshape(bias, [bias.shape[0]!, 1]);
}

function uploadIndices(kernels: Kernels, indices: Int32Array): Tensor {
  return kernels.upload(indices, [indices.length]);
}
