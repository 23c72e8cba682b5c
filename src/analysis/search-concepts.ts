import type { ActiveEntries } from "./active-entries.ts";
import { addToTally, type ConceptTally, createConceptTally, findBestByF1, findBestByPearson } from "./concept-tally.ts";
import { type Concept, describeRule } from "./concepts.ts";
import { createFiringTokens } from "./firing-tokens.ts";
import { type FeatureUnion, findGreedyUnion, rankCandidates, takeCandidates } from "./greedy-union.ts";
import { createMatchCounter, type MatchCounter } from "./match-counter.ts";
import type { MatchScore } from "./match-score.ts";
import {
  addToSample,
  addToThresholdTally,
  chooseThresholds,
  createActivationSample,
  createThresholdTally,
  findBestThreshold,
  TAIL_SHARES,
  THRESHOLDS,
  type ThresholdTally,
} from "./threshold-tally.ts";

/** One half of the tokens: which belong to which concept, and their active entries as often as asked for. */
export interface EncodedHalf {
  readonly tokens: number;
  readonly truths: readonly Uint8Array[]; // per concept [tokens]
  /** The active entries of the dictionary's features and of the neurons, batch by batch in order. */
  readonly read: () => AsyncIterable<readonly [features: ActiveEntries, neurons: ActiveEntries]>;
}

/** What a search needs. */
export interface SearchConceptsOptions {
  readonly concepts: readonly Concept[];
  readonly features: number;
  readonly neurons: number;
  readonly contextLength: number;
  /** Active entries kept at most to search for unions, 4 bytes each; 2^24 if absent. Fewer make unions inexact. */
  readonly unionEntries?: number;
  /** Tokens by which features are chosen. */
  readonly selection: EncodedHalf;
  /** Other tokens, on which the chosen features are judged. */
  readonly judgement: EncodedHalf;
}

/** How far a search is: it reads the selection twice and the judgement once. */
export interface SearchProgress {
  readonly kind: "progress";
  readonly tokens: number;
  readonly ofTokens: number;
}

/** A feature or neuron that fires where its activation is above `threshold`. */
export interface SingleMatch extends MatchScore {
  readonly index: number;
  readonly threshold: number;
}

/** A greedy union; its activation is the sum of its features'. */
export interface UnionMatch extends MatchScore, FeatureUnion {}

/** What was found for one concept. */
export type ConceptFinding = {
  readonly concept: string;
  readonly rule: string;
  /** Tokens that belong to the concept in each half. */
  readonly positives: { readonly selection: number; readonly judgement: number };
} & (
  | { readonly kind: "absent" }
  | {
      readonly kind: "searched";
      /** Null where nothing fires on the concept. */
      readonly feature: { readonly byF1: SingleMatch | null; readonly byPearson: SingleMatch | null };
      readonly union: UnionMatch | null;
      readonly neuron: {
        readonly byF1: SingleMatch | null;
        /** At the best of the thresholds, which features do not get. */
        readonly byF1WithThreshold: SingleMatch | null;
        readonly byPearson: SingleMatch | null;
      };
    }
);

/** A search's result; every score is of tokens that had no part in choosing. */
export interface ConceptSearch {
  readonly tokens: { readonly selection: number; readonly judgement: number };
  /** The thresholds a neuron may choose from beside 0. */
  readonly thresholds: { readonly count: number; readonly tailShares: typeof TAIL_SHARES };
  readonly findings: readonly ConceptFinding[];
}

const UNION_ENTRIES = 2 ** 24;

/**
 * Finds, for each concept, the feature and the neuron that predict its tokens best and the greedy union of at most five
 * features. Time is linear in active entries; memory holds at most `unionEntries` of them at once.
 */
export async function* searchConcepts(options: SearchConceptsOptions): AsyncGenerator<SearchProgress, ConceptSearch> {
  const { selection, judgement } = options;
  const progress = createProgress(2 * selection.tokens + judgement.tokens);
  const tallies = yield* tallySelection(options, progress);
  const picks = yield* choose(options, tallies, progress);
  const counters = picks.map((pick) => createCounters(options, pick));
  let first = 0;
  for await (const [features, neurons] of judgement.read()) {
    for (const { ofFeatures, ofNeurons } of counters) {
      for (const counter of ofFeatures) counter.add(features, first);
      for (const counter of ofNeurons) counter.add(neurons, first);
    }
    first += features.rows;
    yield progress(features.rows);
  }
  return {
    tokens: { selection: selection.tokens, judgement: judgement.tokens },
    thresholds: { count: THRESHOLDS, tailShares: TAIL_SHARES },
    findings: counters.map(({ finish }) => finish()),
  };
}

interface Tallies {
  readonly features: ConceptTally;
  readonly neurons: ConceptTally;
  readonly thresholds: Float32Array; // [neurons, levels]
}

interface Pick {
  readonly concept: number;
  readonly feature: { readonly byF1: number | null; readonly byPearson: number | null };
  readonly union: FeatureUnion;
  readonly neuron: { readonly byF1: number | null; readonly byPearson: number | null };
  readonly neuronWithThreshold: { readonly feature: number; readonly threshold: number } | null;
}

type Progress = (tokens: number) => SearchProgress;

function createProgress(ofTokens: number): Progress {
  let done = 0;
  return (tokens) => {
    done += tokens;
    return { kind: "progress", tokens: done, ofTokens };
  };
}

async function* tallySelection(
  { concepts, features, neurons, selection }: SearchConceptsOptions,
  progress: Progress,
): AsyncGenerator<SearchProgress, Tallies> {
  const ofFeatures = createConceptTally(features, concepts.length);
  const ofNeurons = createConceptTally(neurons, concepts.length);
  const sample = createActivationSample(neurons, selection.tokens);
  let first = 0;
  for await (const [featureEntries, neuronEntries] of selection.read()) {
    addToTally(ofFeatures, featureEntries, selection.truths, first);
    addToTally(ofNeurons, neuronEntries, selection.truths, first);
    addToSample(sample, neuronEntries, first);
    first += featureEntries.rows;
    yield progress(featureEntries.rows);
  }
  return { features: ofFeatures, neurons: ofNeurons, thresholds: chooseThresholds(sample) };
}

async function* choose(
  { concepts, selection, unionEntries = UNION_ENTRIES }: SearchConceptsOptions,
  tallies: Tallies,
  progress: Progress,
): AsyncGenerator<SearchProgress, readonly Pick[]> {
  const best = concepts.map((_, c) => findBestByF1(tallies.features, c));
  const rankings = best.map((feature, c) =>
    feature === null ? [] : rankCandidates(firingCounts(tallies.features, c), feature),
  );
  const { firings } = tallies.features;
  const firingTokens = createFiringTokens(takeCandidates(rankings, firings, unionEntries), firings);
  const byThreshold = createThresholdTally(tallies.thresholds, concepts.length);
  let first = 0;
  for await (const [features, neurons] of selection.read()) {
    firingTokens.add(features, first);
    addToThresholdTally(byThreshold, neurons, selection.truths, first);
    first += features.rows;
    yield progress(features.rows);
  }
  return concepts.map((_, concept) => {
    return {
      concept,
      feature: { byF1: best[concept]!, byPearson: findBestByPearson(tallies.features, concept) },
      union: findGreedyUnion(
        firingCounts(tallies.features, concept),
        firingTokens.ofFeature,
        selection.truths[concept]!,
      ),
      neuron: { byF1: findBestByF1(tallies.neurons, concept), byPearson: findBestByPearson(tallies.neurons, concept) },
      neuronWithThreshold: chooseThreshold(byThreshold, tallies.neurons, concept),
    };
  });
}

function chooseThreshold(tally: ThresholdTally, neurons: ConceptTally, concept: number): Pick["neuronWithThreshold"] {
  return findBestThreshold(tally, concept, neurons.concepts[concept]!.positives);
}

interface Counters {
  readonly ofFeatures: readonly MatchCounter[];
  readonly ofNeurons: readonly MatchCounter[];
  readonly finish: () => ConceptFinding;
}

/** Counters for all that is judged of one concept, and how their scores become a finding. */
function createCounters(
  { concepts, contextLength, features, neurons, selection, judgement }: SearchConceptsOptions,
  pick: Pick,
): Counters {
  const truth = judgement.truths[pick.concept]!;
  const { name, rule } = concepts[pick.concept]!;
  const positives = { selection: sum(selection.truths[pick.concept]!), judgement: sum(truth) };
  const about = { concept: name, rule: describeRule(rule), positives };
  if (positives.selection === 0 || positives.judgement === 0)
    return { ofFeatures: [], ofNeurons: [], finish: () => ({ ...about, kind: "absent" }) };
  const ofFeatures: MatchCounter[] = [];
  const ofNeurons: MatchCounter[] = [];
  const count = (list: MatchCounter[], size: number, members: readonly number[], threshold = 0): MatchCounter => {
    const counter = createMatchCounter({ features: size, members, threshold, truth, contextLength });
    list.push(counter);
    return counter;
  };
  const single = (list: MatchCounter[], size: number, index: number | null, threshold = 0) => {
    if (index === null) return () => null;
    const counter = count(list, size, [index], threshold);
    return (): SingleMatch => ({ index, threshold, ...counter.finish() });
  };
  const feature = {
    byF1: single(ofFeatures, features, pick.feature.byF1),
    byPearson: single(ofFeatures, features, pick.feature.byPearson),
  };
  const neuron = {
    byF1: single(ofNeurons, neurons, pick.neuron.byF1),
    byPearson: single(ofNeurons, neurons, pick.neuron.byPearson),
    withThreshold: single(
      ofNeurons,
      neurons,
      pick.neuronWithThreshold?.feature ?? null,
      pick.neuronWithThreshold?.threshold,
    ),
  };
  const union = pick.union.features.length > 0 ? count(ofFeatures, features, pick.union.features) : null;
  const finish = (): ConceptFinding => ({
    ...about,
    kind: "searched",
    feature: { byF1: feature.byF1(), byPearson: feature.byPearson() },
    union: union === null ? null : { ...pick.union, ...union.finish() },
    neuron: { byF1: neuron.byF1(), byF1WithThreshold: neuron.withThreshold(), byPearson: neuron.byPearson() },
  });
  return { ofFeatures, ofNeurons, finish };
}

function firingCounts({ firings, concepts }: ConceptTally, concept: number) {
  const { positives, hits } = concepts[concept]!;
  return { positives, firings, hits };
}

function sum(truth: Uint8Array): number {
  return truth.reduce((total, value) => total + value, 0);
}
