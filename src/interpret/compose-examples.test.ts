import { expect, test } from "vitest";
import { composePassages, type PassagePool } from "./compose-examples.ts";
import type { Passage, PassageSource } from "./passage.ts";

const WINDOW = 9;

/** Passages with tokens and contexts of their own, active in the centre or silent. */
function passages(kind: PassageSource["kind"], count: number, active: boolean, first: number): Passage[] {
  return Array.from({ length: count }, (_, i) => {
    const number = first + i;
    const source = kind === "interval" ? { kind, interval: 0 } : { kind };
    return {
      source,
      context: number,
      position: 20,
      document: number,
      tokens: Array.from({ length: WINDOW }, (_, place) => number * WINDOW + place),
      activations: Array.from({ length: WINDOW }, (_, place) => (active && place === 4 ? 1 : 0)),
    };
  });
}

function createPool(): PassagePool {
  return {
    top: passages("top", 20, true, 0),
    intervals: Array.from({ length: 11 }, (_, interval) =>
      passages("interval", 5, true, 100 + 10 * interval).map((passage) => ({
        ...passage,
        source: { kind: "interval", interval },
      })),
    ),
    bottom: passages("bottom", 20, false, 300),
    random: passages("random", 45, false, 400),
    elsewhere: passages("elsewhere", 45, false, 500),
    firings: passages("firing", 20, true, 600),
  };
}

function countSources(list: readonly Passage[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { source } of list) {
    const name = source.kind === "interval" ? `interval ${source.interval}` : source.kind;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

test("49 passages are explained and 60 others, of 540 tokens, are predicted, composed as in the paper", () => {
  const { toExplain, toPredict, firing, silent } = composePassages(createPool(), 0, 7);
  const intervals = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`interval ${i}`, 2]));
  expect(countSources(toExplain)).toEqual({ top: 10, ...intervals, bottom: 2, random: 5, elsewhere: 10 });
  expect(countSources(toPredict)).toEqual({ top: 6, ...intervals, bottom: 2, random: 10, elsewhere: 20 });
  expect(toExplain).toHaveLength(49);
  expect(toPredict.reduce((sum, { tokens }) => sum + tokens.length, 0)).toBe(540);
  expect([firing.length, silent.length]).toEqual([20, 20]);
  const all = [...toExplain, ...toPredict, ...firing, ...silent];
  expect(new Set(all).size).toBe(49 + 60 + 40);
});

test("the same seed and feature give the same passages, another of either others", () => {
  const contextsOf = (seed: number, feature: number) =>
    composePassages(createPool(), seed, feature).toPredict.map(({ context }) => context);
  expect(contextsOf(1, 7)).toEqual(contextsOf(1, 7));
  expect(contextsOf(2, 7)).not.toEqual(contextsOf(1, 7));
  expect(contextsOf(1, 8)).not.toEqual(contextsOf(1, 7));
});

test("what is to be predicted is shuffled, so that its place does not tell its source", () => {
  const { toPredict } = composePassages(createPool(), 0, 7);
  const sources = toPredict.map(({ source }) => source.kind);
  expect(sources.slice(0, 6)).not.toEqual(new Array(6).fill("top"));
});

test("no passage occurs twice, and none that was explained is predicted, wholly or in part", () => {
  const pool = createPool();
  const again = (passage: Passage, by: number): Passage => ({
    ...passage,
    position: passage.position + by,
    tokens: passage.tokens.map((token) => token + 10_000),
  });
  const crowded: PassagePool = {
    ...pool,
    elsewhere: [...pool.top, ...pool.top.map((passage) => again(passage, 1)), ...pool.elsewhere],
    firings: pool.intervals.flat(),
  };
  for (let feature = 0; feature < 20; feature++) {
    const { toExplain, toPredict, firing, silent } = composePassages(crowded, 0, feature);
    const all = [...toExplain, ...toPredict, ...firing, ...silent];
    expect(new Set(all.map(({ tokens }) => tokens.join())).size).toBe(all.length);
    for (const passage of [...toPredict, ...firing, ...silent]) {
      const shared = toExplain.filter(
        ({ context, position }) => context === passage.context && Math.abs(position - passage.position) < WINDOW,
      );
      expect(shared).toEqual([]);
    }
  }
});

test("a feature with few passages gives what it has", () => {
  const pool: PassagePool = {
    ...createPool(),
    top: passages("top", 3, true, 0),
    intervals: Array.from({ length: 11 }, () => []),
  };
  const { toExplain, toPredict } = composePassages(pool, 0, 0);
  expect(countSources(toExplain)).toEqual({ top: 3, bottom: 2, random: 5, elsewhere: 10 });
  expect(countSources(toPredict)).toEqual({ bottom: 2, random: 10, elsewhere: 20 });
});

test("a passage with any activation counts as silent nowhere", () => {
  const pool = createPool();
  const noisy = pool.random.map((passage, i) =>
    i % 2 === 0 ? passage : { ...passage, activations: passage.activations.map((_, place) => (place === 8 ? 0.1 : 0)) },
  );
  const { silent } = composePassages({ ...pool, random: noisy }, 0, 0);
  expect(silent.every(({ activations }) => activations.every((value) => value === 0))).toBe(true);
  expect(silent.length).toBeGreaterThan(0);
});
