import type { ActiveEntries } from "./active-entries.ts";
import { MATCH_SUMS, type MatchScore, scoreMatch } from "./match-score.ts";

/** What is counted: the union of `members`, each firing above `threshold`, as a sign of `truth`. */
export interface CountedMatch {
  readonly members: readonly number[];
  readonly threshold: number;
  readonly truth: Uint8Array; // [tokens]
}

/** Counts how features, or unions of some, match proxies. */
export interface MatchCounter {
  /** Adds a batch whose first row is token `first` of the truths. Time is linear in the active entries of members. */
  add(entries: ActiveEntries, first: number): void;
  /** The score of a match, by its place. */
  score(match: number): MatchScore;
}

/** A counter of sums per context over the whole of the truths. */
export function createMatchCounter(
  features: number,
  contextLength: number,
  matches: readonly CountedMatch[],
): MatchCounter {
  const sums = matches.map(({ truth }) => countTruth(truth, contextLength));
  const matchesOf = listMatches(features, matches);
  const activation = new Float64Array(matches.length);
  const fired = new Uint8Array(matches.length);
  const touched: number[] = [];
  const addRow = ({ indices, values }: ActiveEntries, start: number, end: number): void => {
    for (let k = start; k < end; k++) {
      for (const match of matchesOf[indices[k]!] ?? []) {
        if (activation[match] === 0) touched.push(match);
        activation[match]! += values[k]!;
        if (values[k]! > matches[match]!.threshold) fired[match] = 1;
      }
    }
  };
  return {
    add: (entries, first) => {
      for (let r = 0; r < entries.rows; r++) {
        const start = r * entries.capacity;
        addRow(entries, start, start + entries.counts[r]!);
        for (const match of touched.splice(0)) {
          const isPositive = matches[match]!.truth[first + r]!;
          addToken(
            sums[match]![Math.floor((first + r) / contextLength)]!,
            isPositive,
            fired[match]!,
            activation[match]!,
          );
          activation[match] = 0;
          fired[match] = 0;
        }
      }
    },
    score: (match) => scoreMatch(sums[match]!),
  };
}

/** The matches that each feature is a member of. */
function listMatches(features: number, matches: readonly CountedMatch[]): (number[] | undefined)[] {
  const lists: (number[] | undefined)[] = Array.from({ length: features }, () => undefined);
  matches.forEach(({ members }, match) => {
    for (const member of members) lists[member] = [...(lists[member] ?? []), match];
  });
  return lists;
}

/** Sums per context, in the array form of `MatchSums`, of a feature that never fires. */
function countTruth(truth: Uint8Array, contextLength: number): Float64Array[] {
  return Array.from({ length: truth.length / contextLength }, (_, context) => {
    const sums = new Float64Array(MATCH_SUMS);
    sums[0] = contextLength;
    for (let k = 0; k < contextLength; k++) sums[1]! += truth[context * contextLength + k]!;
    return sums;
  });
}

function addToken(sums: Float64Array, isPositive: number, fired: number, activation: number): void {
  sums[2]! += fired;
  sums[3]! += fired * isPositive;
  sums[4]! += activation;
  sums[5]! += activation * activation;
  sums[6]! += activation * isPositive;
}
