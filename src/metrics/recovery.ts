import type { SuperposedCodes, Superposition } from "../activations/superposition.ts";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createSparseEncoder, type EncodedBatch } from "../autoencoder/sparse-encoder.ts";
import type { Kernels } from "../kernels/kernels.ts";

/** How much of a known dictionary was found. */
export interface Recovery {
  /** Each true feature's largest cosine with a learned direction, averaged. */
  readonly meanMaxCosine: number;
  /** Share of true features whose largest cosine is at least 0.9. */
  readonly found: number;
  /** F1 of "it fires" between each true feature and its match, averaged over those that fire in the rows looked at. */
  readonly codeF1: number;
  readonly features: readonly FeatureRecovery[];
}

/** One true feature beside the learned one that points most nearly where it does. */
export interface FeatureRecovery {
  /** Index of the learned feature. */
  readonly match: number;
  readonly cosine: number;
  /** Harmonic mean of precision and recall of the match's firing; NaN where the true feature never fires. */
  readonly f1: number;
}

/** The rows on which firing is compared. */
export interface MeasureRecoveryOptions {
  /** How many, 0 for directions alone. */
  readonly rows: number;
  /** The first; rows of training should not be among them. */
  readonly firstRow: number;
  /** Rows encoded at a time, 1,024 if absent. */
  readonly batch?: number;
}

/** The cosine from which a true feature counts as found. */
const FOUND_COSINE = 0.9;

/** Compares a learned dictionary with the one that made its activations. */
export async function measureRecovery(
  kernels: Kernels,
  dictionary: Dictionary,
  truth: Superposition,
  options: MeasureRecoveryOptions,
): Promise<Recovery> {
  const matches = await matchDirections(kernels, dictionary, truth);
  const f1 = await measureFiring(kernels, dictionary, truth, matches.indices, options);
  const features = Array.from(matches.cosines, (cosine, i) => ({ match: matches.indices[i]!, cosine, f1: f1[i]! }));
  return {
    meanMaxCosine: average(matches.cosines),
    found: matches.cosines.filter((cosine) => cosine >= FOUND_COSINE).length / features.length,
    codeF1: average(f1.filter((value) => !Number.isNaN(value))),
    features,
  };
}

function average(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

interface Matches {
  readonly indices: Int32Array; // [true features]
  readonly cosines: Float64Array; // [true features]
}

async function matchDirections(kernels: Kernels, dictionary: Dictionary, truth: Superposition): Promise<Matches> {
  const learned = kernels.create(dictionary.directions.shape);
  const known = kernels.upload(truth.directions, [truth.features, truth.width]);
  const products = kernels.create([truth.features, dictionary.features]);
  kernels.normaliseRows(learned, dictionary.directions);
  kernels.gemm(products, known, learned, { transposeB: true });
  const values = await kernels.read(products);
  for (const tensor of [learned, known, products]) kernels.release(tensor);
  const indices = new Int32Array(truth.features);
  const cosines = new Float64Array(truth.features).fill(Number.NEGATIVE_INFINITY);
  for (const [index, cosine] of values.entries()) {
    const feature = Math.floor(index / dictionary.features);
    if (cosine <= cosines[feature]!) continue;
    cosines[feature] = cosine;
    indices[feature] = index % dictionary.features;
  }
  return { indices, cosines };
}

/** How often each true feature fired, its match did, and both did. */
interface Firings {
  readonly known: Float64Array; // [true features]
  readonly learned: Float64Array; // [learned features]
  readonly both: Float64Array; // [true features]
}

async function measureFiring(
  kernels: Kernels,
  dictionary: Dictionary,
  truth: Superposition,
  matches: Int32Array,
  { rows, firstRow, batch = 1024 }: MeasureRecoveryOptions,
): Promise<Float64Array> {
  const encoder = createSparseEncoder(kernels, dictionary);
  const firings: Firings = {
    known: new Float64Array(truth.features),
    learned: new Float64Array(dictionary.features),
    both: new Float64Array(truth.features),
  };
  for (let done = 0; done < rows; done += batch) {
    const count = Math.min(batch, rows - done);
    const x = kernels.upload(truth.rows(firstRow + done, count), [count, truth.width]);
    await countFirings(kernels, firings, truth.codes(firstRow + done, count), await encoder.encode(x), matches);
    kernels.release(x);
  }
  encoder.release();
  const { known, learned, both } = firings;
  return known.map((count, i) => (count === 0 ? Number.NaN : (2 * both[i]!) / (count + learned[matches[i]!]!)));
}

async function countFirings(
  kernels: Kernels,
  firings: Firings,
  truth: SuperposedCodes,
  { codes, counts }: EncodedBatch,
  matches: Int32Array,
): Promise<void> {
  const indices = await kernels.readInts(codes.indices);
  for (const [row, count] of counts.entries()) {
    const active = new Set(indices.subarray(row * codes.capacity, row * codes.capacity + count));
    for (const index of active) firings.learned[index]! += 1;
    for (let entry = truth.starts[row]!; entry < truth.starts[row + 1]!; entry++) {
      const feature = truth.features[entry]!;
      firings.known[feature]! += 1;
      if (active.has(matches[feature]!)) firings.both[feature]! += 1;
    }
  }
}
