import fc from "fast-check";
import { expect, test } from "vitest";
import { createCandidatePool } from "./candidate-pool.ts";

const CONTEXT = 4;

interface Offer {
  readonly slot: number;
  readonly score: number;
  readonly token: number;
}

/** Plainly: the best of each context, sorted, cut. */
function choosePlainly(offers: readonly Offer[], slot: number, capacity: number): number[] {
  const order = (a: Offer, b: Offer) => b.score - a.score || a.token - b.token;
  const own = offers.filter((offer) => offer.slot === slot).sort(order);
  const contexts = new Set<number>();
  const best = own.filter(({ token }) => {
    const context = Math.floor(token / CONTEXT);
    const isFirst = !contexts.has(context);
    contexts.add(context);
    return isFirst;
  });
  return best.slice(0, capacity).map(({ token }) => token);
}

const offers = fc.uniqueArray(
  fc.record({
    slot: fc.integer({ min: 0, max: 2 }),
    score: fc.integer({ min: 0, max: 6 }),
    token: fc.integer({ min: 0, max: 79 }),
  }),
  { selector: ({ slot, token }) => `${slot} ${token}`, maxLength: 120 },
);

test("a pool keeps the best of each context, whatever the order of contexts and within them", () => {
  fc.assert(
    fc.property(offers, fc.integer({ min: 1, max: 5 }), fc.boolean(), (given, capacity, backwards) => {
      const pool = createCandidatePool(3, capacity);
      const contexts = [...Map.groupBy(given, ({ token }) => Math.floor(token / CONTEXT)).values()];
      for (const context of backwards ? contexts.reverse() : contexts) {
        for (const { slot, score, token } of context) pool.offer(slot, score, token);
        pool.endContext();
      }
      for (const slot of [0, 1, 2]) expect([...pool.list(slot)]).toEqual(choosePlainly(given, slot, capacity));
    }),
    { numRuns: 200 },
  );
});
