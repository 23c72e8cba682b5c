import type { LiveFeature, LiveToken } from "../../src/live/live-event.ts";

/** What features are ranked by: activation, its quantile among the feature's own, effect on the loss, effect on a chosen next token. */
export const RANKS = ["activation", "quantile", "loss", "logit"] as const;

export type Rank = (typeof RANKS)[number];

/** A feature on a text, or on one of its tokens. */
export interface FeatureOnText {
  readonly feature: number;
  /** By what it is ranked: the largest over its tokens, or for the effect on the loss their sum. */
  readonly score: number;
  /** Its largest activation there. */
  readonly activation: number;
  /** Place of the token with that activation. */
  readonly peak: number;
  /** Tokens it is active on. */
  readonly firings: number;
}

/** How features are scored. */
export interface Ranking {
  readonly rank: Rank;
  /** Share of a feature's own activations that are at most this large. */
  readonly quantile: (feature: number, activation: number) => number;
}

/** Which features count. */
export interface FeatureFilter {
  readonly minimum: number;
  readonly isDense: (feature: number) => boolean;
  /** A token whose features do not count. */
  readonly ignored: number | null;
}

/** The tokens with those of their features that count. */
export function filterFeatures(tokens: readonly LiveToken[], filter: FeatureFilter): LiveToken[] {
  const counts = ({ feature, activation }: LiveFeature) => activation >= filter.minimum && !filter.isDense(feature);
  return tokens.map((token) => ({
    ...token,
    features: token.token === filter.ignored ? [] : token.features.filter(counts),
  }));
}

/** The features active on any of the tokens. */
export function listActiveFeatures(tokens: readonly LiveToken[]): number[] {
  return [...new Set(tokens.flatMap(({ features }) => features.map(({ feature }) => feature)))];
}

/** The value of a feature on a token by which it is ranked; NaN where it was not computed. */
export function scoreFeature(feature: LiveFeature, { rank, quantile }: Ranking): number {
  switch (rank) {
    case "activation":
      return feature.activation;
    case "quantile":
      return quantile(feature.feature, feature.activation);
    case "loss":
      return feature.lossEffect ?? Number.NaN;
    case "logit":
      return feature.logitEffect ?? Number.NaN;
    default:
      return rank satisfies never;
  }
}

/** The features active on tokens `from` to `to`, the largest effect first; equals stay in the order of their numbers. */
export function rankFeatures(
  tokens: readonly LiveToken[],
  ranking: Ranking,
  from = 0,
  to = tokens.length,
): FeatureOnText[] {
  const found = new Map<number, FeatureOnText>();
  for (let place = from; place < to; place++)
    for (const feature of tokens[place]!.features)
      found.set(feature.feature, addFiring(found.get(feature.feature), feature, place, ranking));
  const size = ({ score }: FeatureOnText) => (Number.isNaN(score) ? -1 : Math.abs(score));
  return [...found.values()].sort((a, b) => size(b) - size(a) || a.feature - b.feature);
}

/** A feature's activation on each token. */
export function listActivations(tokens: readonly LiveToken[], feature: number): Float32Array {
  return Float32Array.from(
    tokens,
    ({ features }) => features.find((entry) => entry.feature === feature)?.activation ?? 0,
  );
}

/** For each token the effect of a feature, active on the token before it, on the loss of predicting it; 0 where there is none. */
export function listLossEffects(tokens: readonly LiveToken[], feature: number): Float32Array {
  return Float32Array.from(tokens, (_, place) => {
    const before = tokens[place - 1]?.features.find((entry) => entry.feature === feature);
    return before?.lossEffect ?? 0;
  });
}

/** The share of a histogram's values, in equal bins on (0, maximum], that are at most `value`; within a bin evenly spread. */
export function measureQuantile(histogram: ArrayLike<number>, maximum: number, value: number): number {
  const place = Math.min(1, value / maximum) * histogram.length;
  let [below, total] = [0, 0];
  for (let bin = 0; bin < histogram.length; bin++) {
    total += histogram[bin]!;
    below += histogram[bin]! * Math.max(0, Math.min(1, place - bin));
  }
  return total === 0 ? 0 : below / total;
}

function addFiring(
  known: FeatureOnText | undefined,
  feature: LiveFeature,
  place: number,
  ranking: Ranking,
): FeatureOnText {
  const score = scoreFeature(feature, ranking);
  if (known === undefined)
    return { feature: feature.feature, score, activation: feature.activation, peak: place, firings: 1 };
  const stronger = feature.activation > known.activation;
  return {
    feature: feature.feature,
    score: joinScores(known.score, score, ranking.rank),
    activation: stronger ? feature.activation : known.activation,
    peak: stronger ? place : known.peak,
    firings: known.firings + 1,
  };
}

function joinScores(a: number, b: number, rank: Rank): number {
  if (Number.isNaN(a)) return b;
  if (Number.isNaN(b)) return a;
  if (rank === "loss") return a + b;
  return Math.abs(b) > Math.abs(a) ? b : a;
}
