import { expect, test } from "vitest";
import type { Example, FeatureRecord } from "../features/feature-record.ts";
import { INTERVALS } from "../features/feature-record.ts";
import { canBeRated, planUnits, type RatingKind } from "./rating-units.ts";

const EXAMPLE: Example = {
  context: 41,
  position: 7,
  document: 43,
  repeats: 1,
  tokens: [-1, 5, 6],
  activations: [0, 0.004, 8],
  effects: null,
};

function createRecord(index: number, intervals: readonly number[] = [10, 8, 7, 5, 4, 3, 2, 1, 0]): FeatureRecord {
  const groups = intervals.map((interval) => ({ kind: "interval" as const, interval, examples: [EXAMPLE] }));
  const positive = [
    { token: 3, weight: 0.5 },
    { token: 4, weight: 0.25 },
    { token: 9, weight: -0.1 },
  ];
  return {
    index,
    maximum: 8,
    groups: [{ kind: "top", examples: [EXAMPLE] }, ...groups],
    logits: { positive, negative: [], histogram: new Uint32Array(40), minimum: -1, maximum: 1 },
  } as unknown as FeatureRecord;
}

function plan(seed: number, units = 6, intervals = 3) {
  const pools = (["feature", "neuron"] as const).map((kind: RatingKind, which) => ({
    source: { kind, run: null, dictionary: which === 0 ? "main" : "neurons", dictionarySha256: "" },
    records: Array.from({ length: units }, (_, i) => createRecord(100 * which + i)),
  }));
  return planUnits(pools, intervals, seed);
}

test("the same seed gives the same order, another one another, and each unit comes once", () => {
  const order = (seed: number) => plan(seed).map(({ source, feature }) => `${source.kind} ${feature}`);
  expect(order(1)).toEqual(order(1));
  expect(order(1)).not.toEqual(order(2));
  expect(new Set(order(1)).size).toBe(12);
});

test("in any place of the order either kind is as likely", () => {
  const firsts = Array.from({ length: 600 }, (_, seed) => plan(seed, 2, 1).map(({ source }) => source.kind));
  for (const place of [0, 1, 2, 3]) {
    const features = firsts.filter((order) => order[place] === "feature").length;
    // Binomial of 600: five standard deviations around a half.
    expect(Math.abs(features - 300)).toBeLessThan(5 * Math.sqrt(600 / 4));
  }
});

test("intervals are drawn uniformly of those that have examples, none twice, highest first", () => {
  const counts = new Float64Array(INTERVALS);
  const plans = Array.from({ length: 300 }, (_, seed) => plan(seed)).flat();
  for (const { view } of plans) {
    expect(view.asked).toHaveLength(3);
    expect(view.asked).toEqual([...new Set(view.asked)].sort((a, b) => b - a));
    for (const interval of view.asked) counts[interval]! += 1;
  }
  expect([counts[9], counts[6]]).toEqual([0, 0]);
  const expected = (plans.length * 3) / 9;
  const others = [...counts].filter((_, interval) => interval !== 9 && interval !== 6);
  const chiSquared = others.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // Above 26.1 in one case of a thousand with 8 degrees of freedom.
  expect(chiSquared).toBeLessThan(26.1);
});

test("a unit with few intervals is asked about those it has", () => {
  const source = { kind: "feature", run: null, dictionary: "main", dictionarySha256: "" } as const;
  const [unit] = planUnits([{ source, records: [createRecord(3, [10, 2])] }], 5, 0);
  expect(unit!.view.asked).toEqual([10, 2]);
});

test("a view holds shares of the unit's largest and nothing of where it comes from", () => {
  const [{ view }] = plan(0) as [ReturnType<typeof plan>[number]];
  expect(Object.keys(view).sort()).toEqual(["asked", "intervals", "raised"]);
  expect(view.intervals).toHaveLength(9);
  expect(view.intervals[0]).toEqual({ interval: 10, examples: [{ tokens: [-1, 5, 6], percents: [0, 1, 100] }] });
  expect(view.raised).toEqual([
    { token: 3, percent: 100 },
    { token: 4, percent: 50 },
  ]);
});

test("what has no examples, or raises no token, cannot be rated", () => {
  expect(canBeRated(createRecord(1))).toBe(true);
  expect(canBeRated(createRecord(1, []))).toBe(false);
  expect(canBeRated({ ...createRecord(1), logits: null })).toBe(false);
});
