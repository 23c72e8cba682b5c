import { type DensityModes, separateDensityModes } from "./density-modes.ts";
import {
  type DensityHistogram,
  densityHistogram,
  featureDensity,
  fractionAbove,
  fractionBelow,
} from "./feature-density.ts";
import type { ProbedLoss } from "./loss-probe.ts";

/** How a dictionary looks at one moment of its training; a `look` line of its log has these fields. */
export interface DictionaryLook extends DensitySummary {
  readonly kind: "look";
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Activation vectors seen so far. */
  readonly vectors: number;
  readonly width: number;
  /** Mean Euclidean length of an activation vector as the trainer sees it, measured before training. */
  readonly meanNorm: number;
  /** Of the last logged step: its loss in the recipe's own units. */
  readonly loss: number | null;
  /** Of the same step: squared error of a vector, and sum of its feature activations. */
  readonly reconstruction: number | null;
  readonly sparsity: number | null;
  /** The model's loss on a fixed sample of held-out text; null at looks that spare it and where there is no model. */
  readonly crossEntropy: ProbedLoss["crossEntropy"] | null;
  /** As in the dictionary's metrics, from that sample. */
  readonly lossRecovered: ProbedLoss["lossRecovered"] | null;
  /** Size of the sample; 0 where the activations came without a model. */
  readonly heldOutTokens: number;
  readonly decoderNorms: { readonly min: number; readonly mean: number; readonly max: number };
}

/** How often the features fired since the look before. */
export interface DensitySummary extends DensityCounts {
  readonly l0: number;
  readonly fractionAbove: Readonly<Record<"1e-2" | "1e-1", number>>;
  /** The same over the last looks together, in which rarer features show. */
  readonly recent: RecentDensity;
}

/** How many features fired how often within a number of vectors. */
export interface DensityCounts {
  readonly features: number;
  /** Activation vectors since the look before: a density below its inverse cannot be told from zero. */
  readonly window: number;
  /** Share of features that did not fire. */
  readonly silent: number;
  readonly fractionBelow: FractionBelow;
  readonly densityHistogram: DensityHistogram;
}

/** Shares of features whose density is below a bound. */
export type FractionBelow = Readonly<Record<"1e-3" | "1e-4" | "1e-5" | "1e-6", number>>;

/** How often the features fired over a quarter of the run. */
export interface RecentDensity {
  readonly window: number;
  readonly silent: number;
  readonly fractionBelow: FractionBelow;
  /** The two groups of features that differ most; null where all are alike. */
  readonly modes: DensityModes | null;
}

/** Firing counts [features] within a number of vectors. */
export interface FiringCounts {
  readonly counts: Int32Array;
  readonly vectors: number;
}

/** What the firings of some looks, the latest last, say with the latest encoder biases and alignments [features]. */
export function summariseDensity(
  looks: readonly FiringCounts[],
  shape: { readonly encoderBias: Float32Array; readonly alignment: Float32Array },
): DensitySummary {
  const { counts, vectors: window } = looks.at(-1)!;
  const density = featureDensity({ counts, tokens: window, maxima: new Float32Array() });
  return {
    ...summariseCounts(counts, window),
    l0: density.reduce((sum, value) => sum + value, 0),
    fractionAbove: { "1e-2": fractionAbove(density, 1e-2), "1e-1": fractionAbove(density, 1e-1) },
    recent: summariseRecent(looks, shape),
  };
}

/** How many features fired how often, from their firings within a number of vectors. */
export function summariseCounts(counts: Int32Array, window: number): DensityCounts {
  const density = featureDensity({ counts, tokens: window, maxima: new Float32Array() });
  return { features: counts.length, window, ...summariseRarity(density), densityHistogram: densityHistogram(density) };
}

function summariseRecent(
  looks: readonly FiringCounts[],
  { encoderBias, alignment }: { readonly encoderBias: Float32Array; readonly alignment: Float32Array },
): RecentDensity {
  const window = looks.reduce((sum, { vectors }) => sum + vectors, 0);
  const counts = new Int32Array(looks[0]!.counts.length);
  for (const look of looks) for (let i = 0; i < counts.length; i++) counts[i] = counts[i]! + look.counts[i]!;
  const density = featureDensity({ counts, tokens: window, maxima: new Float32Array() });
  return {
    window,
    ...summariseRarity(density),
    modes: separateDensityModes({ counts, window, encoderBias, alignment }),
  };
}

function summariseRarity(density: Float64Array): Pick<RecentDensity, "silent" | "fractionBelow"> {
  return {
    silent: density.filter((value) => value === 0).length / density.length,
    fractionBelow: {
      "1e-3": fractionBelow(density, 1e-3),
      "1e-4": fractionBelow(density, 1e-4),
      "1e-5": fractionBelow(density, 1e-5),
      "1e-6": fractionBelow(density, 1e-6),
    },
  };
}
