import type { ActiveEntries } from "./active-entries.ts";

/** Collects, for some features, the tokens on which they fire. */
export interface FiringTokens {
  readonly ofFeature: ReadonlyMap<number, Uint32Array>; // ascending
  /** Adds a batch whose first row is token `first`. */
  add(entries: ActiveEntries, first: number): void;
}

/** Room for exactly `firings[feature]` tokens of each feature in `features`. */
export function createFiringTokens(features: readonly number[], firings: Float64Array): FiringTokens {
  const ofFeature = new Map(features.map((feature) => [feature, new Uint32Array(firings[feature]!)]));
  const written = new Uint32Array(firings.length);
  const lists = Array.from(firings, (_, feature) => ofFeature.get(feature));
  return {
    ofFeature,
    add: ({ rows, capacity, counts, indices }, first) => {
      for (let r = 0; r < rows; r++) {
        for (let k = r * capacity; k < r * capacity + counts[r]!; k++) {
          const feature = indices[k]!;
          const list = lists[feature];
          if (list !== undefined) list[written[feature]!++] = first + r;
        }
      }
    },
  };
}
