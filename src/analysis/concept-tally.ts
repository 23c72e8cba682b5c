import type { ActiveEntries } from "./active-entries.ts";
import { type MatchSums, measureF1, measurePearson } from "./match-score.ts";

/** Sums over tokens for every feature and concept at once. */
export interface ConceptTally {
  tokens: number;
  readonly firings: Float64Array; // [features]
  readonly sums: Float64Array; // [features]
  readonly squares: Float64Array; // [features]
  readonly concepts: readonly {
    positives: number;
    readonly hits: Float64Array; // [features]
    readonly sumsOnPositives: Float64Array; // [features]
  }[];
}

/** An empty tally. */
export function createConceptTally(features: number, concepts: number): ConceptTally {
  const zeros = () => new Float64Array(features);
  return {
    tokens: 0,
    firings: zeros(),
    sums: zeros(),
    squares: zeros(),
    concepts: Array.from({ length: concepts }, () => ({ positives: 0, hits: zeros(), sumsOnPositives: zeros() })),
  };
}

/** Adds a batch whose first row is token `first` of the truths. Time is linear in the active entries. */
export function addToTally(
  tally: ConceptTally,
  entries: ActiveEntries,
  truths: readonly Uint8Array[],
  first: number,
): void {
  const { rows, capacity, counts, indices, values } = entries;
  const { firings, sums, squares } = tally;
  tally.tokens += rows;
  for (let r = 0; r < rows; r++) {
    const end = r * capacity + counts[r]!;
    for (let k = r * capacity; k < end; k++) {
      const feature = indices[k]!;
      const value = values[k]!;
      firings[feature]! += 1;
      sums[feature]! += value;
      squares[feature]! += value * value;
    }
    truths.forEach((truth, c) => {
      if (truth[first + r] === 0) return;
      const concept = tally.concepts[c]!;
      concept.positives += 1;
      for (let k = r * capacity; k < end; k++) {
        concept.hits[indices[k]!]! += 1;
        concept.sumsOnPositives[indices[k]!]! += values[k]!;
      }
    });
  }
}

/** The feature with the largest F1 of "activation above 0" for a concept; null when none fires on it. */
export function findBestByF1(tally: ConceptTally, concept: number): number | null {
  const { positives, hits } = tally.concepts[concept]!;
  return findLargest(tally.firings.length, (i) => measureF1(hits[i]!, tally.firings[i]!, positives));
}

/** The feature whose activation correlates most with a concept; null when none correlates positively. */
export function findBestByPearson(tally: ConceptTally, concept: number): number | null {
  return findLargest(tally.firings.length, (i) => measurePearson(sumsOf(tally, concept, i)));
}

/** The first index of the largest positive value of `measure`; null when none is positive. */
export function findLargest(count: number, measure: (index: number) => number): number | null {
  let best: number | null = null;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const value = measure(i);
    if (value > largest) [best, largest] = [i, value];
  }
  return best;
}

function sumsOf(tally: ConceptTally, concept: number, feature: number): MatchSums {
  const { positives, hits, sumsOnPositives } = tally.concepts[concept]!;
  return {
    tokens: tally.tokens,
    positives,
    firings: tally.firings[feature]!,
    hits: hits[feature]!,
    sum: tally.sums[feature]!,
    squares: tally.squares[feature]!,
    sumOnPositives: sumsOnPositives[feature]!,
  };
}
