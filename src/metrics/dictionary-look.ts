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
  /** The model's loss on a fixed sample of held-out text; null where the activations came without a model. */
  readonly crossEntropy: ProbedLoss["crossEntropy"] | null;
  /** As in the dictionary's metrics, from that sample. */
  readonly lossRecovered: ProbedLoss["lossRecovered"] | null;
  /** Size of the sample; 0 without a model. */
  readonly heldOutTokens: number;
  readonly decoderNorms: { readonly min: number; readonly mean: number; readonly max: number };
}

/** How often the features fired since the look before. */
export interface DensitySummary {
  readonly features: number;
  /** Activation vectors since the look before: a density below its inverse cannot be told from zero. */
  readonly window: number;
  readonly l0: number;
  /** Share of features that did not fire in the window. */
  readonly silent: number;
  readonly fractionBelow: Readonly<Record<"1e-3" | "1e-4" | "1e-5" | "1e-6", number>>;
  readonly fractionAbove: Readonly<Record<"1e-2" | "1e-1", number>>;
  readonly densityHistogram: DensityHistogram;
  /** The two groups of features that differ most; null where there is no spread. */
  readonly modes: DensityModes | null;
}

/** What the features' firing counts [features] within `window` vectors, biases and alignments say. */
export function summariseDensity(features: {
  readonly counts: Int32Array;
  readonly window: number;
  readonly encoderBias: Float32Array;
  readonly alignment: Float32Array;
}): DensitySummary {
  const { counts, window } = features;
  const density = featureDensity({ counts, tokens: window, maxima: new Float32Array() });
  const histogram = densityHistogram(density);
  return {
    features: counts.length,
    window,
    l0: density.reduce((sum, value) => sum + value, 0),
    silent: histogram.silent / counts.length,
    fractionBelow: {
      "1e-3": fractionBelow(density, 1e-3),
      "1e-4": fractionBelow(density, 1e-4),
      "1e-5": fractionBelow(density, 1e-5),
      "1e-6": fractionBelow(density, 1e-6),
    },
    fractionAbove: { "1e-2": fractionAbove(density, 1e-2), "1e-1": fractionAbove(density, 1e-1) },
    densityHistogram: histogram,
    modes: separateDensityModes(features),
  };
}
