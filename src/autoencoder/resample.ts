import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createRandomStream, hashPath, type RandomStream } from "../numerics/random.ts";
import type { DictionaryConfig } from "./config.ts";
import type { Dictionary } from "./dictionary.ts";
import { type ActivationBatches, drawInputs } from "./draw-inputs.ts";
import { initialiseAutoencoder } from "./initialise.ts";
import type { ResamplingSwitches } from "./resampling-config.ts";
import type { TrainingState } from "./training-state.ts";
import { createInputWeigher, readSquaredNorms } from "./weigh-inputs.ts";

/** What resampling needs besides the state. */
export interface ResampleOptions {
  readonly config: DictionaryConfig;
  /** The dictionary that the state's weights are, which reads the inputs as they are given. */
  readonly dictionary: Dictionary;
  /** Random inputs of the training distribution; not touched where new rows are drawn afresh. */
  readonly inputs: ActivationBatches;
  /** The penalty's coefficient in force, beside a sum of squared errors. */
  readonly l1SumOfSquares: number;
}

/**
 * Re-initialises the features that were silent since the activity window opened and returns their indices. As in the
 * paper (neuron resampling): an input drawn with probability proportional to its squared loss gives each its decoder row
 * (at norm 1) and its encoder row (at 0.2 of the mean norm of alive rows), bias 0 and empty Adam moments;
 * `config.resampling` changes each of these choices. Where inputs are fewer than dead features the last stay as they are.
 */
export async function resampleDeadFeatures(
  kernels: Kernels,
  state: TrainingState,
  options: ResampleOptions,
): Promise<Int32Array> {
  const { resampling } = options.config;
  const dead = findSilent(await kernels.read(state.activity));
  if (dead.length === 0 || resampling.kind === "none") return dead.subarray(0, 0);
  const rows =
    resampling.towards === "kaiming"
      ? await drawFreshRows(kernels, state, dead, options.config)
      : await aimAtInputs(kernels, state, dead, options, resampling);
  if (!rows) return dead.subarray(0, 0);
  const replaced = dead.subarray(0, rows.decoder.shape[0]!);
  replaceRows(kernels, state, replaced, rows, resampling.resetAdam);
  for (const tensor of [rows.encoder, rows.decoder]) kernels.release(tensor);
  return replaced;
}

/** Indices whose activity is exactly 0. */
export function findSilent(activity: Float32Array): Int32Array {
  return Int32Array.from([...activity.keys()].filter((index) => activity[index] === 0));
}

/** The rows that the first dead features get. */
interface NewRows {
  readonly encoder: Tensor; // [count, width]
  readonly decoder: Tensor; // [count, width]
}

/** Steps 2 to 5: decoder rows are drawn inputs at norm 1; encoder rows the same, or the inputs as they are, scaled. */
async function aimAtInputs(
  kernels: Kernels,
  state: TrainingState,
  dead: Int32Array,
  options: ResampleOptions,
  switches: ResamplingSwitches,
): Promise<NewRows | null> {
  const stream = createRandomStream(options.config.seed, "resample", state.step);
  const decoder = await drawTargets(kernels, state, dead.length, options, switches, stream);
  if (!decoder) return null;
  const encoder = kernels.create(decoder.shape);
  const scale = switches.encoderScale * (await measureAliveNorm(kernels, state.weights.encoder, dead));
  if (switches.encoderRow === "input") kernels.scale(encoder, decoder, scale);
  kernels.normaliseRows(decoder, decoder);
  if (switches.encoderRow === "direction") kernels.scale(encoder, decoder, scale);
  return { encoder, decoder };
}

/** Up to `count` drawn inputs, less the decoder bias where that is asked for; one without a direction is never drawn. */
async function drawTargets(
  kernels: Kernels,
  state: TrainingState,
  count: number,
  { config, dictionary, inputs, l1SumOfSquares }: ResampleOptions,
  switches: ResamplingSwitches,
  stream: RandomStream,
): Promise<Tensor | null> {
  const { l1Weighting, batch } = config;
  const weigher = await createInputWeigher(kernels, dictionary, { ...switches, l1SumOfSquares, l1Weighting });
  const shift = switches.centred ? -1 : 0;
  const target = (x: Tensor): Tensor => {
    const out = kernels.create(x.shape);
    kernels.addRow(out, x, state.weights.decoderBias, shift);
    return out;
  };
  const weigh = async (x: Tensor): Promise<Float64Array> => {
    const targets = target(x);
    const [weights, squares] = [await weigher.weigh(x), await readSquaredNorms(kernels, targets)];
    kernels.release(targets);
    return weights.map((weight, row) => (squares[row]! > 0 ? weight : 0));
  };
  const limit = Math.max(switches.inputs, batch);
  const { replacement } = switches;
  const shape = [count, dictionary.width] as const;
  const drawn = await drawInputs(kernels, shape, { inputs, limit, weigh, replacement }, stream);
  weigher.release();
  if (drawn) kernels.addRow(drawn, drawn, state.weights.decoderBias, shift);
  return drawn;
}

/**
 * Rows as they were at the start, under another seed. With `unit-before-step` (Neel Nanda's trainer) the decoder's are
 * uniform within sqrt(6/width) as its kaiming_uniform_ leaves them, and the next step puts them to norm 1.
 */
async function drawFreshRows(
  kernels: Kernels,
  state: TrainingState,
  dead: Int32Array,
  config: DictionaryConfig,
): Promise<NewRows> {
  const width = state.weights.decoderBias.shape[0]!;
  const seed = hashPath(config.seed, ["resample", state.step]);
  const fresh = initialiseAutoencoder(kernels, { ...config, width, seed }, new Float32Array(width));
  const shape = [dead.length, width] as const;
  const rows = { encoder: kernels.create(shape), decoder: kernels.create(shape) };
  const indices = kernels.upload(dead, [dead.length]);
  kernels.gatherRows(rows.encoder, fresh.encoder, indices);
  kernels.gatherRows(rows.decoder, fresh.decoder, indices);
  for (const tensor of [indices, ...Object.values(fresh)]) kernels.release(tensor);
  if (config.decoderNorm === "unit-before-step") kernels.write(rows.decoder, drawUniform(shape, seed));
  return rows;
}

function drawUniform([count, width]: readonly [number, number], seed: number): Float32Array {
  const stream = createRandomStream(seed, "decoder");
  const bound = Math.sqrt(6 / width);
  return Float32Array.from({ length: count * width }, (_, index) => (2 * stream.uniform(index) - 1) * bound);
}

/** Steps 4 to 6: decoder and encoder rows, biases 0, and where asked for the moments of all three 0. */
function replaceRows(
  kernels: Kernels,
  { weights, moment1, moment2 }: TrainingState,
  dead: Int32Array,
  rows: NewRows,
  resetAdam: boolean,
): void {
  const indices = kernels.upload(dead, [dead.length]);
  const zeroRows = kernels.create(rows.decoder.shape);
  const zeros = kernels.create([dead.length, 1]);
  kernels.scatterRows(weights.decoder, indices, rows.decoder);
  kernels.scatterRows(weights.encoder, indices, rows.encoder);
  kernels.scatterRows(asColumn(kernels, weights.encoderBias), indices, zeros);
  for (const moment of resetAdam ? [moment1, moment2] : []) {
    kernels.scatterRows(moment.encoder, indices, zeroRows);
    kernels.scatterRows(moment.decoder, indices, zeroRows);
    kernels.scatterRows(asColumn(kernels, moment.encoderBias), indices, zeros);
  }
  for (const tensor of [indices, zeroRows, zeros]) kernels.release(tensor);
}

/** Mean norm of the encoder rows of alive features; of all rows when none is alive. */
async function measureAliveNorm(kernels: Kernels, encoder: Tensor, dead: Int32Array): Promise<number> {
  const norms = (await readSquaredNorms(kernels, encoder)).map(Math.sqrt);
  const silent = new Set(dead);
  const alive = dead.length < norms.length ? norms.filter((_, row) => !silent.has(row)) : norms;
  return alive.reduce((a, b) => a + b, 0) / alive.length;
}

function asColumn(kernels: Kernels, bias: Tensor): Tensor {
  return kernels.reshape(bias, [bias.shape[0]!, 1]);
}
