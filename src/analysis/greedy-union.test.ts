import fc from "fast-check";
import { expect, test } from "vitest";
import { boundUnionF1, findGreedyUnion, rankCandidates, takeCandidates } from "./greedy-union.ts";

const TOKENS = 24;

interface Firings {
  readonly sets: readonly (readonly number[])[];
  readonly truth: readonly number[];
}

function countFirings({ sets, truth }: Firings) {
  return {
    positives: truth.reduce((a, b) => a + b, 0),
    firings: Float64Array.from(sets, (set) => set.length),
    hits: Float64Array.from(sets, (set) => set.filter((token) => truth[token] === 1).length),
  };
}

function search(firings: Firings, candidates = [...firings.sets.keys()]) {
  const lists = new Map(candidates.map((feature) => [feature, Uint32Array.from(firings.sets[feature]!)]));
  return findGreedyUnion(countFirings(firings), lists, Uint8Array.from(firings.truth));
}

/** F1 of the tokens on which any of the features fires. */
function f1OfUnion({ sets, truth }: Firings, features: readonly number[]): number {
  const fired = new Set(features.flatMap((feature) => sets[feature]!));
  const hits = [...fired].filter((token) => truth[token] === 1).length;
  const precision = hits / Math.max(1, fired.size);
  const recall = hits / Math.max(1, truth.filter((value) => value === 1).length);
  return hits === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** The greedy union by trying everything. */
function bruteForce(firings: Firings): number[] {
  const chosen: number[] = [];
  while (chosen.length < 5) {
    let best = -1;
    let largest = f1OfUnion(firings, chosen) + 1e-12;
    for (const feature of firings.sets.keys()) {
      const f1 = f1OfUnion(firings, [...chosen, feature]);
      if (f1 > largest + 1e-12) [best, largest] = [feature, f1];
    }
    if (best < 0) return chosen;
    chosen.push(best);
  }
  return chosen;
}

const token = fc.integer({ min: 0, max: TOKENS - 1 });
const anyFirings: fc.Arbitrary<Firings> = fc.record({
  sets: fc.array(fc.uniqueArray(token, { maxLength: 8 }), { minLength: 1, maxLength: 12 }),
  truth: fc.array(fc.constantFrom(0, 1), { minLength: TOKENS, maxLength: TOKENS }),
});

test("with every feature a candidate, the union is that of trying everything, and says that it is exact", () => {
  fc.assert(
    fc.property(anyFirings, (firings) => {
      const found = search(firings);
      expect(found.features).toEqual(bruteForce(firings));
      expect(found.exact).toBe(true);
    }),
    { seed: 5, numRuns: 400 },
  );
});

test("with candidates left out, a union that calls itself exact has the F1 of trying everything", () => {
  const outcomes = new Set<boolean>();
  fc.assert(
    fc.property(anyFirings, (firings) => {
      const counts = countFirings(firings);
      const best = firings.sets.keys().reduce((a, b) => (f1OfUnion(firings, [b]) > f1OfUnion(firings, [a]) ? b : a), 0);
      const found = search(
        firings,
        rankCandidates(counts, best)
          .slice(0, 3)
          .sort((a, b) => a - b),
      );
      outcomes.add(found.exact);
      if (found.exact)
        expect(f1OfUnion(firings, found.features)).toBeCloseTo(f1OfUnion(firings, bruteForce(firings)), 12);
    }),
    { seed: 6, numRuns: 400 },
  );
  expect(outcomes).toEqual(new Set([true, false]));
});

test("no union with a feature exceeds the bound worked out from its counts", () => {
  fc.assert(
    fc.property(anyFirings, (firings) => {
      const { positives, firings: fired, hits } = countFirings(firings);
      for (const a of firings.sets.keys()) {
        for (const b of firings.sets.keys()) {
          const bound = boundUnionF1(
            { hits: hits[a]!, firings: fired[a]! },
            { hits: hits[b]!, firings: fired[b]! },
            positives,
          );
          expect(f1OfUnion(firings, [a, b])).toBeLessThanOrEqual(bound + 1e-12);
        }
      }
    }),
    { seed: 7, numRuns: 100 },
  );
});

test("candidates are taken from every ranking in turn while their tokens fit, the first of each always", () => {
  const firings = Float64Array.of(10, 20, 5, 40, 1);
  expect(takeCandidates([[0, 3, 2], [1, 4], []], firings, 36)).toEqual([0, 1, 2, 4]);
  expect(takeCandidates([[3], [1, 0]], firings, 1)).toEqual([1, 3]);
});
