import type { ActiveEntries } from "./active-entries.ts";
import { createFiringTokens } from "./firing-tokens.ts";
import { type FeatureUnion, findGreedyUnion, rankCandidates, takeCandidates } from "./greedy-union.ts";
import { addToTally, createProxyTally, findBestByF1, findBestByPearson, type ProxyTally } from "./proxy-tally.ts";
import type { ProxyMatches } from "./specificity.ts";
import {
  type ActivationSample,
  addToSample,
  addToThresholdTally,
  chooseThresholds,
  createActivationSample,
  createThresholdTally,
  findBestThreshold,
  type ThresholdTally,
} from "./threshold-tally.ts";

/** One half of the tokens: which belong to which proxy, and their active entries as often as asked for. */
export interface EncodedHalf {
  readonly tokens: number;
  readonly truths: readonly Uint8Array[]; // per proxy [tokens]
  /** The active entries of the dictionary's features and of the neurons, batch by batch in order. */
  readonly read: () => AsyncIterable<readonly [features: ActiveEntries, neurons: ActiveEntries]>;
}

/** What belongs to the dictionary's features, and what to the neurons. */
export interface Sides<T> {
  readonly features: T;
  readonly neurons: T;
}

/** The sums over a half's tokens, and a sample of the activations. */
export interface Survey {
  readonly tally: ProxyTally;
  readonly sample: ActivationSample;
}

/** A feature or neuron and the activation above which it counts as firing. */
export interface Choice {
  readonly index: number;
  readonly threshold: number;
}

/** The best in each way; null where nothing fires on the proxy. */
export type Choices = Readonly<Record<keyof ProxyMatches, Choice | null>>;

/** What was chosen for a proxy. */
export interface Pick {
  readonly proxy: number;
  readonly feature: Choices;
  readonly union: FeatureUnion;
  readonly neuron: Choices;
}

/** A half's sums for all features and neurons; yields the tokens of each batch. */
export async function* surveyHalf(half: EncodedHalf, sizes: Sides<number>): AsyncGenerator<number, Sides<Survey>> {
  const survey = (size: number): Survey => ({
    tally: createProxyTally(size, half.truths.length),
    sample: createActivationSample(size, half.tokens),
  });
  const sides = { features: survey(sizes.features), neurons: survey(sizes.neurons) };
  let first = 0;
  for await (const [ofFeatures, ofNeurons] of half.read()) {
    addToTally(sides.features.tally, ofFeatures, half.truths, first);
    addToTally(sides.neurons.tally, ofNeurons, half.truths, first);
    addToSample(sides.features.sample, ofFeatures, first);
    addToSample(sides.neurons.sample, ofNeurons, first);
    first += ofFeatures.rows;
    yield ofFeatures.rows;
  }
  return sides;
}

/**
 * What predicts each proxy best in the half that was surveyed, which is read once more; yields the tokens of each batch. At most
 * `unionEntries` active entries are in memory at once: fewer make unions inexact.
 */
export async function* chooseMatches(
  selection: EncodedHalf,
  { features, neurons }: Sides<Survey>,
  unionEntries: number,
): AsyncGenerator<number, readonly Pick[]> {
  const proxies = [...selection.truths.keys()];
  const rankings = proxies.map((c) => {
    const best = findBestByF1(features.tally, c);
    return best === null ? [] : rankCandidates(firingCounts(features.tally, c), best);
  });
  const { firings } = features.tally;
  const firingTokens = createFiringTokens(takeCandidates(rankings, firings, unionEntries), firings);
  const ofFeatures = createThresholdTally(chooseThresholds(features.sample), proxies.length);
  const ofNeurons = createThresholdTally(chooseThresholds(neurons.sample), proxies.length);
  let first = 0;
  for await (const [featureEntries, neuronEntries] of selection.read()) {
    firingTokens.add(featureEntries, first);
    addToThresholdTally(ofFeatures, featureEntries, selection.truths, first);
    addToThresholdTally(ofNeurons, neuronEntries, selection.truths, first);
    first += featureEntries.rows;
    yield featureEntries.rows;
  }
  return proxies.map((proxy) => ({
    proxy,
    feature: chooseBest(features.tally, ofFeatures, proxy),
    union: findGreedyUnion(firingCounts(features.tally, proxy), firingTokens.ofFeature, selection.truths[proxy]!),
    neuron: chooseBest(neurons.tally, ofNeurons, proxy),
  }));
}

function chooseBest(tally: ProxyTally, thresholds: ThresholdTally, proxy: number): Choices {
  const aboveZero = (index: number | null) => (index === null ? null : { index, threshold: 0 });
  return {
    byF1: aboveZero(findBestByF1(tally, proxy)),
    byF1WithThreshold: findBestThreshold(thresholds, proxy, tally.proxies[proxy]!.positives),
    byPearson: aboveZero(findBestByPearson(tally, proxy)),
  };
}

function firingCounts({ firings, proxies }: ProxyTally, proxy: number) {
  const { positives, hits } = proxies[proxy]!;
  return { positives, firings, hits };
}
