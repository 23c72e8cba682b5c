import {
  type DensityHistogram,
  densityHistogram,
  type FeatureActivity,
  featureDensity,
  fractionAbove,
  fractionBelow,
} from "./feature-density.ts";
import { type Interval, jackknifeInterval, sumUnits } from "./jackknife.ts";

/** What a dictionary is worth on held-out text, as the paper's appendices define it; cross entropies in nats per token. */
export interface DictionaryMetrics extends Estimates<number> {
  readonly features: number;
  readonly evaluationTokens: number;
  readonly evaluationContexts: number;
  /** Share of features whose density is below the bound. */
  readonly fractionBelow: Readonly<Record<"1e-6" | "1e-5" | "1e-4", number>>;
  readonly fractionAbove: Readonly<Record<"1e-2", number>>;
  readonly densityHistogram: DensityHistogram;
  /** 95 % over contexts. */
  readonly intervals: Estimates<Interval>;
}

/** The estimates that have an interval. */
export interface Estimates<T> {
  /** Active features per token. */
  readonly l0: T;
  /** 1 - sum |x - reconstruction|^2 / sum |x - mean|^2 with the mean of all evaluated tokens. */
  readonly explainedVariance: T;
  /** KL(clean || reconstructed) of the next-token distribution, mean nats per token. */
  readonly kl: T;
  readonly crossEntropy: Readonly<Record<"clean" | "zeroAblated" | "meanAblated" | "reconstructed", T>>;
  /** (ablated - reconstructed) / (ablated - clean), a ratio of means over tokens, for both ablations. */
  readonly lossRecovered: Readonly<Record<"zero" | "mean", T>>;
}

/** Sums over the tokens of one context. */
export interface ContextSums {
  readonly tokens: number;
  readonly active: number;
  readonly clean: number;
  readonly zeroAblated: number;
  readonly meanAblated: number;
  readonly reconstructed: number;
  readonly kl: number;
  readonly squaredError: number;
  /** Squared distance to the mean of all evaluated tokens. */
  readonly squaredDeviation: number;
}

const sumNames = [
  "tokens",
  "active",
  "clean",
  "zeroAblated",
  "meanAblated",
  "reconstructed",
  "kl",
  "squaredError",
  "squaredDeviation",
] as const satisfies readonly (keyof ContextSums)[];

/** All metrics from what was summed per context (two at least) and counted per feature. */
export function computeDictionaryMetrics(
  contexts: readonly ContextSums[],
  activity: FeatureActivity,
): DictionaryMetrics {
  const units = contexts.map((sums) => Float64Array.from(sumNames, (name) => sums[name]));
  const totals = sumUnits(units);
  const density = featureDensity(activity);
  return {
    features: density.length,
    evaluationTokens: activity.tokens,
    evaluationContexts: contexts.length,
    ...mapEstimates((statistic) => statistic(asSums(totals))),
    fractionBelow: {
      "1e-6": fractionBelow(density, 1e-6),
      "1e-5": fractionBelow(density, 1e-5),
      "1e-4": fractionBelow(density, 1e-4),
    },
    fractionAbove: { "1e-2": fractionAbove(density, 1e-2) },
    densityHistogram: densityHistogram(density),
    intervals: mapEstimates((statistic) => jackknifeInterval(units, (sums) => statistic(asSums(sums)))),
  };
}

/** The headline: loss recovered against the harder of the two baselines. */
export function headlineLossRecovered({ lossRecovered }: Pick<DictionaryMetrics, "lossRecovered">): number {
  return Math.min(lossRecovered.zero, lossRecovered.mean);
}

type Statistic = (sums: ContextSums) => number;

function mapEstimates<T>(estimate: (statistic: Statistic) => T): Estimates<T> {
  const perToken = (name: keyof ContextSums) => estimate((sums) => sums[name] / sums.tokens);
  const recovered = (ablated: "zeroAblated" | "meanAblated") =>
    estimate((sums) => (sums[ablated] - sums.reconstructed) / (sums[ablated] - sums.clean));
  return {
    l0: perToken("active"),
    explainedVariance: estimate((sums) => 1 - sums.squaredError / sums.squaredDeviation),
    kl: perToken("kl"),
    crossEntropy: {
      clean: perToken("clean"),
      zeroAblated: perToken("zeroAblated"),
      meanAblated: perToken("meanAblated"),
      reconstructed: perToken("reconstructed"),
    },
    lossRecovered: { zero: recovered("zeroAblated"), mean: recovered("meanAblated") },
  };
}

function asSums(values: Float64Array): ContextSums {
  return Object.fromEntries(sumNames.map((name, index) => [name, values[index]!])) as unknown as ContextSums;
}
