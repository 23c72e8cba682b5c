import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createSparseEncoder } from "../autoencoder/sparse-encoder.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import type { ReconstructionSums } from "./dictionary-metrics.ts";
import type { FeatureActivity } from "./feature-density.ts";

// Dimensions: N rows, d width.

/** How well each vector was reconstructed. */
export interface RowErrors {
  readonly active: Int32Array; // [N]
  readonly squaredError: Float32Array; // [N]
  /** Squared distance to `mean`. */
  readonly squaredDeviation: Float32Array; // [N]
}

/** Sums up what a dictionary makes of batches of activations. */
export interface ReconstructionTally {
  /** reconstruction = what the dictionary makes of x, both [N, d]; counts it and measures its errors. */
  readonly add: (reconstruction: Tensor, x: Tensor) => Promise<RowErrors>;
  /** Every feature's activity so far, and the groups' deviations taken from the vectors' own mean instead of `mean`. */
  readonly finish: <S extends ReconstructionSums>(
    groups: readonly S[],
  ) => Promise<{ readonly groups: readonly S[]; readonly activity: FeatureActivity }>;
  readonly release: () => void;
}

/** A tally; `mean` [d] is near the activations' own, so that little is lost by moving to that in the end. */
export function createReconstructionTally(
  kernels: Kernels,
  dictionary: Dictionary,
  mean: Float32Array,
): ReconstructionTally {
  const counts = kernels.create([dictionary.features], "int32");
  const maxima = kernels.create([dictionary.features]);
  const deviationSum = new Float64Array(dictionary.width);
  const centre = kernels.upload(mean, [dictionary.width]);
  const column = kernels.create([dictionary.width]);
  const encoder = createSparseEncoder(kernels, dictionary);
  let scratch: { readonly rows: Tensor; readonly norms: Tensor } | undefined;
  const scratchFor = (N: number) => {
    if (scratch?.norms.shape[0] !== N)
      scratch = { rows: kernels.create([N, dictionary.width]), norms: kernels.create([N]) };
    return scratch!;
  };
  return {
    add: async (reconstruction, x) => {
      const { rows, norms } = scratchFor(x.shape[0]!);
      const { codes, counts: active } = await encoder.encode(x);
      kernels.sparseColumnCounts(counts, codes);
      kernels.sparseColumnMaxima(maxima, codes);
      dictionary.decode(reconstruction, codes);
      kernels.addScaled(rows, x, reconstruction, -1);
      kernels.rowSquaredNorms(norms, rows);
      const squaredError = await kernels.read(norms);
      kernels.addRow(rows, x, centre, -1);
      kernels.rowSquaredNorms(norms, rows);
      const squaredDeviation = await kernels.read(norms);
      kernels.columnSums(column, rows);
      for (const [i, value] of (await kernels.read(column)).entries()) deviationSum[i] = deviationSum[i]! + value;
      return { active, squaredError, squaredDeviation };
    },
    finish: async (groups) => {
      const tokens = groups.reduce((sum, group) => sum + group.tokens, 0);
      // sum |x - mu|^2 = sum |x - s|^2 - tokens |mu - s|^2, each group bearing its share.
      const shift = deviationSum.reduce((sum, value) => sum + (value / tokens) ** 2, 0);
      const moved = groups.map((sums) => ({
        ...sums,
        squaredDeviation: sums.squaredDeviation - sums.tokens * shift,
      }));
      const activity = { tokens, counts: await kernels.readInts(counts), maxima: await kernels.read(maxima) };
      return { groups: moved, activity };
    },
    release: () => encoder.release(),
  };
}

/** Sums per run of `size` rows, the last one shorter where the rows do not fill it. */
export function sumGroups<Name extends string>(
  perRow: Readonly<Record<Name, Float32Array | Int32Array>>,
  rows: number,
  size: number,
): (Record<Name, number> & { tokens: number })[] {
  const names = Object.keys(perRow) as Name[];
  return Array.from({ length: Math.ceil(rows / size) }, (_, group) => {
    const end = Math.min(rows, (group + 1) * size);
    const sum = (values: Float32Array | Int32Array): number => {
      let total = 0;
      for (let i = group * size; i < end; i++) total += values[i]!;
      return total;
    };
    const sums = Object.fromEntries(names.map((name) => [name, sum(perRow[name])])) as Record<Name, number>;
    return { ...sums, tokens: end - group * size };
  });
}
