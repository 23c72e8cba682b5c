import type { ActiveEntries } from "./active-entries.ts";
import { MATCH_SUMS, type MatchScore, scoreMatch } from "./match-score.ts";

/** What is counted: the union of `members`, each firing above `threshold`. */
export interface MatchCounterOptions {
  readonly features: number;
  readonly members: readonly number[];
  readonly threshold: number;
  readonly truth: Uint8Array; // [tokens]
  readonly contextLength: number;
}

/** Counts how one feature, or a union of some, matches a concept. */
export interface MatchCounter {
  /** Adds a batch whose first row is token `first` of the truth. */
  add(entries: ActiveEntries, first: number): void;
  finish(): MatchScore;
}

/** A counter of sums per context. */
export function createMatchCounter(options: MatchCounterOptions): MatchCounter {
  const { features, members, threshold, truth, contextLength } = options;
  const isMember = new Uint8Array(features);
  for (const member of members) isMember[member] = 1;
  const contexts = Array.from({ length: truth.length / contextLength }, () => new Float64Array(MATCH_SUMS));
  return {
    add: ({ rows, capacity, counts, indices, values }, first) => {
      for (let r = 0; r < rows; r++) {
        let fired = 0;
        let activation = 0;
        for (let k = r * capacity; k < r * capacity + counts[r]!; k++) {
          if (isMember[indices[k]!] === 0) continue;
          activation += values[k]!;
          if (values[k]! > threshold) fired = 1;
        }
        addToken(contexts[Math.floor((first + r) / contextLength)]!, truth[first + r]!, fired, activation);
      }
    },
    finish: () => scoreMatch(contexts),
  };
}

/** Adds a token to sums in the array form of `MatchSums`. */
function addToken(sums: Float64Array, isPositive: number, fired: number, activation: number): void {
  sums[0]! += 1;
  sums[1]! += isPositive;
  sums[2]! += fired;
  sums[3]! += fired * isPositive;
  sums[4]! += activation;
  sums[5]! += activation * activation;
  sums[6]! += activation * isPositive;
}
