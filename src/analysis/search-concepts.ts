import type { ActiveEntries } from "./active-entries.ts";
import { addToTally, type ConceptTally, createConceptTally, findBestByF1, findBestByPearson } from "./concept-tally.ts";
import { type Concept, describeRule } from "./concepts.ts";
import { createFiringTokens } from "./firing-tokens.ts";
import { type FeatureUnion, findGreedyUnion, rankCandidates, takeCandidates } from "./greedy-union.ts";
import { createMatchCounter, type MatchCounter } from "./match-counter.ts";
import type { MatchScore } from "./match-score.ts";
import {
  type ActivationSample,
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

/** The best of a dictionary's features, or of the neurons; null where nothing fires on the concept. */
export interface BestMatches {
  readonly byF1: SingleMatch | null;
  /** Each feature at the best of its thresholds. */
  readonly byF1WithThreshold: SingleMatch | null;
  readonly byPearson: SingleMatch | null;
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
      readonly feature: BestMatches;
      readonly union: UnionMatch | null;
      readonly neuron: BestMatches;
    }
);

/** A search's result; every score is of tokens that had no part in choosing. */
export interface ConceptSearch {
  readonly tokens: { readonly selection: number; readonly judgement: number };
  /** The thresholds tried beside 0: activations that these shares of the firings exceed. */
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

/** What is kept of the dictionary's features, or of the neurons, while choosing. */
interface Contenders {
  readonly tally: ConceptTally;
  readonly sample: ActivationSample;
}

interface Tallies {
  readonly features: Contenders;
  readonly neurons: Contenders;
}

interface Choice {
  readonly index: number;
  readonly threshold: number;
}

type Choices = Readonly<Record<keyof BestMatches, Choice | null>>;

interface Pick {
  readonly concept: number;
  readonly feature: Choices;
  readonly union: FeatureUnion;
  readonly neuron: Choices;
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
  const contenders = (count: number): Contenders => ({
    tally: createConceptTally(count, concepts.length),
    sample: createActivationSample(count, selection.tokens),
  });
  const tallies: Tallies = { features: contenders(features), neurons: contenders(neurons) };
  let first = 0;
  for await (const [featureEntries, neuronEntries] of selection.read()) {
    addToTally(tallies.features.tally, featureEntries, selection.truths, first);
    addToTally(tallies.neurons.tally, neuronEntries, selection.truths, first);
    addToSample(tallies.features.sample, featureEntries, first);
    addToSample(tallies.neurons.sample, neuronEntries, first);
    first += featureEntries.rows;
    yield progress(featureEntries.rows);
  }
  return tallies;
}

async function* choose(
  { concepts, selection, unionEntries = UNION_ENTRIES }: SearchConceptsOptions,
  { features, neurons }: Tallies,
  progress: Progress,
): AsyncGenerator<SearchProgress, readonly Pick[]> {
  const rankings = concepts.map((_, c) => {
    const best = findBestByF1(features.tally, c);
    return best === null ? [] : rankCandidates(firingCounts(features.tally, c), best);
  });
  const { firings } = features.tally;
  const firingTokens = createFiringTokens(takeCandidates(rankings, firings, unionEntries), firings);
  const ofFeatures = createThresholdTally(chooseThresholds(features.sample), concepts.length);
  const ofNeurons = createThresholdTally(chooseThresholds(neurons.sample), concepts.length);
  let first = 0;
  for await (const [featureEntries, neuronEntries] of selection.read()) {
    firingTokens.add(featureEntries, first);
    addToThresholdTally(ofFeatures, featureEntries, selection.truths, first);
    addToThresholdTally(ofNeurons, neuronEntries, selection.truths, first);
    first += featureEntries.rows;
    yield progress(featureEntries.rows);
  }
  return concepts.map((_, concept) => ({
    concept,
    feature: chooseBest(features.tally, ofFeatures, concept),
    union: findGreedyUnion(firingCounts(features.tally, concept), firingTokens.ofFeature, selection.truths[concept]!),
    neuron: chooseBest(neurons.tally, ofNeurons, concept),
  }));
}

function chooseBest(tally: ConceptTally, thresholds: ThresholdTally, concept: number): Choices {
  const aboveZero = (index: number | null) => (index === null ? null : { index, threshold: 0 });
  return {
    byF1: aboveZero(findBestByF1(tally, concept)),
    byF1WithThreshold: findBestThreshold(thresholds, concept, tally.concepts[concept]!.positives),
    byPearson: aboveZero(findBestByPearson(tally, concept)),
  };
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
  const single = (list: MatchCounter[], size: number, choice: Choice | null) => {
    if (choice === null) return () => null;
    const counter = count(list, size, [choice.index], choice.threshold);
    return (): SingleMatch => ({ ...choice, ...counter.finish() });
  };
  const best = (list: MatchCounter[], size: number, { byF1, byF1WithThreshold, byPearson }: Choices) => {
    const finishers = [byF1, byF1WithThreshold, byPearson].map((choice) => single(list, size, choice));
    return (): BestMatches => ({
      byF1: finishers[0]!(),
      byF1WithThreshold: finishers[1]!(),
      byPearson: finishers[2]!(),
    });
  };
  const feature = best(ofFeatures, features, pick.feature);
  const neuron = best(ofNeurons, neurons, pick.neuron);
  const union = pick.union.features.length > 0 ? count(ofFeatures, features, pick.union.features) : null;
  const finish = (): ConceptFinding => ({
    ...about,
    kind: "searched",
    feature: feature(),
    union: union === null ? null : { ...pick.union, ...union.finish() },
    neuron: neuron(),
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
