/** How often and how strongly each feature fired over a number of tokens. */
export interface FeatureActivity {
  readonly tokens: number;
  readonly counts: Int32Array; // [features], tokens on which the feature was positive
  readonly maxima: Float32Array; // [features]
}

/** A feature that fires on a smaller share of tokens is ultralow. The paper's bound, 1e-6, needs more text than a short run has. */
export const ULTRALOW_DENSITY = 1e-5;

/** Features per bin of log10 density. */
export interface DensityHistogram {
  /** log10 of the first bin's lower edge; the bins follow in steps of `width` up to density 1. */
  readonly first: number;
  readonly width: number;
  readonly counts: readonly number[];
  /** Features that never fired, which are in no bin. */
  readonly silent: number;
}

/** Share of tokens on which each feature is active (paper, appendix on feature density). */
export function featureDensity({ counts, tokens }: FeatureActivity): Float64Array {
  return Float64Array.from(counts, (count) => count / tokens);
}

/** Share of features whose density is strictly below `bound`, silent ones included. */
export function fractionBelow(density: Float64Array, bound: number): number {
  return density.filter((value) => value < bound).length / density.length;
}

/** Share of features whose density is strictly above `bound`. */
export function fractionAbove(density: Float64Array, bound: number): number {
  return density.filter((value) => value > bound).length / density.length;
}

/** The histogram of log10 density from 1e-8 to 1 in bins of a quarter of a decade. */
export function densityHistogram(density: Float64Array): DensityHistogram {
  const first = -8;
  const width = 0.25;
  const counts = new Array<number>(-first / width).fill(0);
  for (const value of density) {
    if (value === 0) continue;
    const bin = Math.floor((Math.log10(value) - first) / width);
    const clamped = Math.min(counts.length - 1, Math.max(0, bin));
    counts[clamped] = counts[clamped]! + 1;
  }
  return { first, width, counts, silent: density.filter((value) => value === 0).length };
}
