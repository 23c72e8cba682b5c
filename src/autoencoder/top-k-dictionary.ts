import type { Kernels, SparseCodes, Tensor } from "../kernels/kernels.ts";
import {
  type AutoencoderWeights,
  checkWeights,
  createAutoencoder,
  encodeDecoderBias,
  encodeDense,
} from "./autoencoder.ts";
import type { Dictionary } from "./dictionary.ts";

/** Which features of a vector are active: all positive ones, the k largest, or those from a learned threshold on. */
export type FeatureSelection =
  | { readonly kind: "relu" }
  | { readonly kind: "topk"; readonly k: number }
  | { readonly kind: "batch-topk"; readonly threshold: number };

/** Numbers of a block of dense features: 16 MB, whatever the dictionary's size. */
const BLOCK_NUMBERS = 2 ** 22;

/** The dictionary of the weights as they are now. Throws UserError on shapes that do not fit. */
export function createDictionary(
  kernels: Kernels,
  weights: AutoencoderWeights,
  selection: FeatureSelection,
): Dictionary {
  if (selection.kind === "relu") return createAutoencoder(kernels, weights);
  const [features, width] = checkWeights(weights);
  const bias = kernels.create([features]);
  encodeDecoderBias(kernels, bias, weights, -1);
  const select = createSelect(kernels, selection);
  return {
    features,
    width,
    directions: weights.decoder,
    encode: (codes, x) => encodeInBlocks(kernels, codes, x, weights.encoder, bias, select),
    decode: (out, codes) => kernels.sparseDecode(out, codes, codes.values, weights.decoder, weights.decoderBias),
  };
}

type Select = (codes: SparseCodes, dense: Tensor) => void;

function createSelect(kernels: Kernels, selection: Exclude<FeatureSelection, { kind: "relu" }>): Select {
  if (selection.kind === "topk") return (codes, dense) => kernels.selectTopK(codes, dense, selection.k);
  const threshold = kernels.upload(Float32Array.of(selection.threshold), [1]);
  return (codes, dense) => kernels.compact(codes, dense, threshold);
}

/** codes = what `select` takes from all features of x [B, width], which are held for a block of rows at a time. */
export function encodeInBlocks(
  kernels: Kernels,
  codes: SparseCodes,
  x: Tensor,
  encoder: Tensor,
  bias: Tensor,
  select: Select,
): void {
  const rows = x.shape[0]!;
  const features = encoder.shape[0]!;
  const dense = kernels.create([Math.min(rows, rowsPerBlock(features)), features]);
  for (const [first, count] of blocks(rows, features)) {
    const block = kernels.rows(dense, 0, count);
    encodeDense(kernels, block, kernels.rows(x, first, count), encoder, bias);
    select(codeRows(kernels, codes, first, count), block);
  }
  kernels.release(dense);
}

/** Rows whose dense features are held at once. */
function rowsPerBlock(features: number): number {
  return Math.max(1, Math.floor(BLOCK_NUMBERS / features));
}

/** First row and number of rows of each block. */
function* blocks(rows: number, features: number): Generator<readonly [first: number, count: number]> {
  const size = rowsPerBlock(features);
  for (let first = 0; first < rows; first += size) yield [first, Math.min(size, rows - first)];
}

/** Rows `first .. first + count` of codes, sharing storage. */
export function codeRows(
  kernels: Kernels,
  { indices, values, counts, capacity }: SparseCodes,
  first: number,
  count: number,
): SparseCodes {
  return {
    indices: kernels.rows(indices, first, count),
    values: kernels.rows(values, first, count),
    counts: kernels.rows(counts, first, count),
    capacity,
  };
}
