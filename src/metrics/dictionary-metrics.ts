import {
  type DensityHistogram,
  densityHistogram,
  type FeatureActivity,
  featureDensity,
  fractionAbove,
  fractionBelow,
} from "./feature-density.ts";
import { type Interval, jackknifeInterval, sumUnits } from "./jackknife.ts";

/** What can be said of a dictionary from activation vectors alone, without the model they come from. */
export interface ReconstructionMetrics extends ReconstructionEstimates<number> {
  readonly features: number;
  /** Held-out tokens, each with its activation vector. */
  readonly evaluationTokens: number;
  /** Contexts, or runs of vectors that were written together. */
  readonly evaluationContexts: number;
  /** Share of features whose density is below the bound. */
  readonly fractionBelow: Readonly<Record<"1e-6" | "1e-5" | "1e-4", number>>;
  readonly fractionAbove: Readonly<Record<"1e-2", number>>;
  readonly densityHistogram: DensityHistogram;
  /** 95 % over contexts. */
  readonly intervals: ReconstructionEstimates<Interval>;
}

/** What a dictionary is worth on held-out text, as the paper's appendices define it; cross entropies in nats per token. */
export interface DictionaryMetrics extends ReconstructionMetrics, Estimates<number> {
  readonly intervals: Estimates<Interval>;
}

/** The estimates that have an interval and need no model. */
export interface ReconstructionEstimates<T> {
  /** Active features per token. */
  readonly l0: T;
  /** 1 - sum |x - reconstruction|^2 / sum |x - mean|^2 with the mean of all evaluated tokens. */
  readonly explainedVariance: T;
}

/** The estimates that have an interval. */
export interface Estimates<T> extends ReconstructionEstimates<T> {
  /** KL(clean || reconstructed) of the next-token distribution, mean nats per token. */
  readonly kl: T;
  readonly crossEntropy: Readonly<Record<"clean" | "zeroAblated" | "meanAblated" | "reconstructed", T>>;
  /** (ablated - reconstructed) / (ablated - clean), a ratio of means over tokens, for both ablations. */
  readonly lossRecovered: Readonly<Record<"zero" | "mean", T>>;
}

/** Sums over a number of activation vectors. */
export interface ReconstructionSums {
  readonly tokens: number;
  readonly active: number;
  readonly squaredError: number;
  /** Squared distance to the mean of all evaluated tokens. */
  readonly squaredDeviation: number;
}

/** Sums over the tokens of one context. */
export interface ContextSums extends ReconstructionSums {
  readonly clean: number;
  readonly zeroAblated: number;
  readonly meanAblated: number;
  readonly reconstructed: number;
  readonly kl: number;
}

const reconstructionNames = ["tokens", "active", "squaredError", "squaredDeviation"] as const;
const contextNames = [
  ...reconstructionNames,
  "clean",
  "zeroAblated",
  "meanAblated",
  "reconstructed",
  "kl",
] as const satisfies readonly (keyof ContextSums)[];

/** All metrics from what was summed per context (two at least) and counted per feature. */
export function computeDictionaryMetrics(
  contexts: readonly ContextSums[],
  activity: FeatureActivity,
): DictionaryMetrics {
  return {
    ...describeActivity(activity, contexts.length),
    ...estimate<ContextSums, Estimates<number>, Estimates<Interval>>(contexts, contextNames, mapEstimates),
  };
}

/** The metrics that need no model, from what was summed per group of vectors (two at least) and counted per feature. */
export function computeReconstructionMetrics(
  groups: readonly ReconstructionSums[],
  activity: FeatureActivity,
): ReconstructionMetrics {
  return {
    ...describeActivity(activity, groups.length),
    ...estimate<ReconstructionSums, ReconstructionEstimates<number>, ReconstructionEstimates<Interval>>(
      groups,
      reconstructionNames,
      mapReconstruction,
    ),
  };
}

function describeActivity(activity: FeatureActivity, evaluationContexts: number) {
  const density = featureDensity(activity);
  return {
    features: density.length,
    evaluationTokens: activity.tokens,
    evaluationContexts,
    fractionBelow: {
      "1e-6": fractionBelow(density, 1e-6),
      "1e-5": fractionBelow(density, 1e-5),
      "1e-4": fractionBelow(density, 1e-4),
    },
    fractionAbove: { "1e-2": fractionAbove(density, 1e-2) },
    densityHistogram: densityHistogram(density),
  };
}

/** Whether the dictionary was judged with its model at hand. */
export function hasModelMetrics(metrics: ReconstructionMetrics): metrics is DictionaryMetrics {
  return "lossRecovered" in metrics;
}

/** The headline: loss recovered against the harder of the two baselines. */
export function headlineLossRecovered({ lossRecovered }: Pick<DictionaryMetrics, "lossRecovered">): number {
  return Math.min(lossRecovered.zero, lossRecovered.mean);
}

type Statistic<S> = (sums: S) => number;

/** Every estimate, once from all units and once as an interval over them. */
function estimate<S extends ReconstructionSums, Values, Intervals>(
  units: readonly S[],
  names: readonly (keyof S & string)[],
  map: <T>(estimate: (statistic: Statistic<S>) => T) => unknown,
): Values & { readonly intervals: Intervals } {
  const rows = units.map((sums) => Float64Array.from(names, (name) => sums[name] as number));
  const asSums = (values: Float64Array) =>
    Object.fromEntries(names.map((name, index) => [name, values[index]!])) as unknown as S;
  const totals = asSums(sumUnits(rows));
  const values = map((statistic) => statistic(totals)) as Values;
  const intervals = map((statistic) => jackknifeInterval(rows, (sums) => statistic(asSums(sums)))) as Intervals;
  return { ...values, intervals };
}

function mapReconstruction<T>(estimate: (statistic: Statistic<ReconstructionSums>) => T): ReconstructionEstimates<T> {
  return {
    l0: estimate((sums) => sums.active / sums.tokens),
    explainedVariance: estimate((sums) => 1 - sums.squaredError / sums.squaredDeviation),
  };
}

function mapEstimates<T>(estimate: (statistic: Statistic<ContextSums>) => T): Estimates<T> {
  const perToken = (name: keyof ContextSums) => estimate((sums) => sums[name] / sums.tokens);
  const recovered = (ablated: "zeroAblated" | "meanAblated") =>
    estimate((sums) => (sums[ablated] - sums.reconstructed) / (sums[ablated] - sums.clean));
  return {
    ...mapReconstruction<T>(estimate),
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
