import { releaseSparseCodes } from "../autoencoder/sparse-encoder.ts";
import { createSparseCodes, type Kernels, type SparseCodes, type Tensor } from "../kernels/kernels.ts";
import type { SiteName } from "../model/sites.ts";
import { createTokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward, type Transformer } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import type { CodeSample, FeatureSums } from "./code-sample.ts";
import { centredSquares, createRanking } from "./correlation.ts";
import type { Correlation } from "./feature-record.ts";
import type { SearchedText } from "./searched-text.ts";

// Dimensions: d width of the site, n features of a block, N tokens of a batch.

/** Contexts per forward pass: fixed, so that sums have one order. */
const BATCH = 32;

/** The entries of the site whose activations correlate most with one feature's. */
export type NeuronCorrelator = (feature: number) => Correlation[];

/** What neurons are correlated on. */
export interface NeuronCorrelationOptions {
  readonly model: Transformer;
  readonly site: SiteName;
  readonly text: SearchedText;
  readonly sample: CodeSample;
  readonly sums: FeatureSums;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Pearson correlations of the features `first` .. `first + n` with every entry of the site over a sample; yields the
 * contexts done. Products are added up in float32 over a batch and in float64 over batches.
 */
export async function* correlateNeurons(
  options: NeuronCorrelationOptions,
  first: number,
  n: number,
): AsyncGenerator<number, NeuronCorrelator> {
  const { model, site, text, sample, signal } = options;
  const { kernels, config } = model;
  const contexts = sample.contexts.length;
  const batch = Math.min(BATCH, contexts);
  const T = config.contextLength;
  const workspace = createWorkspace(model, batch);
  const tokens = createTokenBatch(kernels, batch, T);
  const codes = createSparseCodes(kernels, batch * T, largestRow(sample, first, n));
  let moments: NeuronMoments | undefined;
  for (let start = 0; start < contexts; start += batch) {
    signal?.throwIfAborted();
    const places = sample.contexts.subarray(start, start + batch);
    writeTokenBatch(
      kernels,
      tokens,
      text.stream,
      Array.from(places, (place) => text.contexts[place]!),
    );
    const x = forward(model, workspace, tokens.tokens, { stopAfter: site });
    moments ??= createMoments(kernels, n, x);
    kernels.addRow(x, x, moments.shift, -1);
    addNeurons(moments, await kernels.read(x), places.length * T);
    writeCodes(kernels, codes, sample, { firstRow: start * T, rows: places.length * T, first, n });
    kernels.fill(moments.block, 0);
    kernels.sparseOuter(moments.block, codes, codes.values, x);
    addProducts(moments.products, await kernels.read(moments.block));
    yield places.length;
  }
  releaseSparseCodes(kernels, codes);
  kernels.release(moments!.block);
  kernels.release(moments!.shift);
  return (feature) => rankNeurons(moments!, options, feature, first);
}

interface NeuronMoments {
  readonly sums: Float64Array; // [d]
  readonly squares: Float64Array; // [d]
  readonly products: Float64Array; // [n, d]
  readonly block: Tensor; // [n, d]
  /** About the mean, which is taken away first so that nothing is lost where it is large. */
  readonly shift: Tensor; // [d]
}

function createMoments(kernels: Kernels, n: number, x: Tensor): NeuronMoments {
  const [rows, d] = x.shape as [number, number];
  const shift = kernels.create([d]);
  kernels.columnSums(shift, x);
  kernels.scale(shift, shift, 1 / rows);
  return {
    shift,
    sums: new Float64Array(d),
    squares: new Float64Array(d),
    products: new Float64Array(n * d),
    block: kernels.create([n, d]),
  };
}

function addNeurons({ sums, squares }: NeuronMoments, x: Float32Array, rows: number): void {
  const d = sums.length;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < d; i++) {
      const value = x[row * d + i]!;
      sums[i] = sums[i]! + value;
      squares[i] = squares[i]! + value * value;
    }
  }
}

function addProducts(products: Float64Array, block: Float32Array): void {
  for (let i = 0; i < products.length; i++) products[i] = products[i]! + block[i]!;
}

interface Part {
  readonly firstRow: number;
  readonly rows: number;
  readonly first: number;
  readonly n: number;
}

/** The sample's codes of some rows and of the block's features alone, which are counted from the block's first one. */
function writeCodes(
  kernels: Kernels,
  codes: SparseCodes,
  sample: CodeSample,
  { firstRow, rows, first, n }: Part,
): void {
  const { capacity } = codes;
  const counts = new Int32Array(codes.counts.shape[0]!);
  const indices = new Int32Array(counts.length * capacity);
  const values = new Float32Array(counts.length * capacity);
  for (let row = 0; row < rows; row++) {
    let at = row * capacity;
    for (let entry = sample.rowStarts[firstRow + row]!; entry < sample.rowStarts[firstRow + row + 1]!; entry++) {
      const feature = sample.features[entry]! - first;
      if (feature < 0 || feature >= n) continue;
      indices[at] = feature;
      values[at++] = sample.values[entry]!;
    }
    counts[row] = at - row * capacity;
  }
  kernels.write(codes.counts, counts);
  kernels.write(codes.indices, indices);
  kernels.write(codes.values, values);
}

/** Most entries of the block that a row has, at least 1. */
function largestRow(sample: CodeSample, first: number, n: number): number {
  let largest = 1;
  for (let row = 0; row + 1 < sample.rowStarts.length; row++) {
    let count = 0;
    for (let entry = sample.rowStarts[row]!; entry < sample.rowStarts[row + 1]!; entry++) {
      const feature = sample.features[entry]!;
      if (feature >= first && feature < first + n) count++;
    }
    if (count > largest) largest = count;
  }
  return largest;
}

function rankNeurons(
  moments: NeuronMoments,
  { sample, sums }: NeuronCorrelationOptions,
  feature: number,
  first: number,
): Correlation[] {
  const tokens = sample.rowStarts.length - 1;
  const d = moments.sums.length;
  const sum = sums.sums[feature]!;
  const spread = centredSquares(sum, sums.squares[feature]!, tokens);
  const ranking = createRanking();
  if (spread === 0) return [];
  for (let i = 0; i < d; i++) {
    const scale = spread * centredSquares(moments.sums[i]!, moments.squares[i]!, tokens);
    if (scale === 0) continue;
    const covariance = moments.products[(feature - first) * d + i]! - (sum * moments.sums[i]!) / tokens;
    const pearson = covariance / Math.sqrt(scale);
    ranking.offer(i, Math.abs(pearson), pearson);
  }
  return ranking.list();
}
