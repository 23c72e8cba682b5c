import { createSparseCodes, type Kernels, type Tensor } from "../kernels/kernels.ts";
import { encodeDecoderBias } from "./autoencoder.ts";
import type { DictionaryConfig } from "./config.ts";
import type { DictionaryDensityEvent } from "./training-events.ts";
import type { TrainingState } from "./training-state.ts";

/** Whether a density event follows the step: `looks` times evenly over the run, the last at its end. */
export function isLook(step: number, steps: number, looks: number): boolean {
  return Math.floor((step * looks) / steps) > Math.floor(((step - 1) * looks) / steps);
}

/** Firings since the last look and where the weights stand; empties the state's counts. */
export async function measureDensity(
  kernels: Kernels,
  config: DictionaryConfig,
  state: TrainingState,
  steps: number,
): Promise<DictionaryDensityEvent> {
  const { weights, windowCounts, step, windowVectors: vectors } = state;
  const counts = await kernels.readInts(windowCounts);
  kernels.fill(windowCounts, 0);
  state.windowVectors = 0;
  const encoderNorms = await readRowNorms(kernels, weights.encoder);
  const norms = await readRowNorms(kernels, weights.decoder);
  const products = await readRowProducts(kernels, weights.encoder, weights.decoder);
  return {
    kind: "density",
    step,
    steps,
    vectors,
    counts,
    decoderNorms: {
      min: norms.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      mean: norms.reduce((a, b) => a + b, 0) / norms.length,
      max: norms.reduce((a, b) => Math.max(a, b), 0),
    },
    encoderBias: await readFoldedBias(kernels, config, state, norms),
    alignment: products.map((product, i) => product / (norms[i]! * encoderNorms[i]! || 1)),
  };
}

/** The encoder's bias as `foldWeights` stores it. */
async function readFoldedBias(
  kernels: Kernels,
  config: DictionaryConfig,
  { weights, activationScale }: TrainingState,
  norms: Float32Array,
): Promise<Float32Array> {
  const bias = kernels.create(weights.encoderBias.shape);
  encodeDecoderBias(kernels, bias, weights, config.preEncoderBias ? 0 : 1);
  const values = await kernels.read(bias);
  kernels.release(bias);
  return values.map((value, i) => (value * norms[i]!) / activationScale);
}

async function readRowNorms(kernels: Kernels, matrix: Tensor): Promise<Float32Array> {
  const squares = kernels.create([matrix.shape[0]!]);
  kernels.rowSquaredNorms(squares, matrix);
  const norms = (await kernels.read(squares)).map(Math.sqrt);
  kernels.release(squares);
  return norms;
}

/** a[r] . b[r] for each row: the products of codes whose row r holds the index r alone. */
async function readRowProducts(kernels: Kernels, a: Tensor, b: Tensor): Promise<Float32Array> {
  const rows = a.shape[0]!;
  const codes = createSparseCodes(kernels, rows, 1);
  kernels.write(
    codes.indices,
    Int32Array.from({ length: rows }, (_, row) => row),
  );
  kernels.fill(codes.counts, 1);
  kernels.sparseDot(codes.values, codes, a, b, null);
  const products = await kernels.read(codes.values);
  for (const tensor of [codes.indices, codes.values, codes.counts]) kernels.release(tensor);
  return products;
}
