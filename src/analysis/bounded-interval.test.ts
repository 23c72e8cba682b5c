import { expect, test } from "vitest";
import { jackknife } from "../metrics/jackknife.ts";
import { createRandomStream, type RandomStream } from "../numerics/random.ts";
import { boundCorrelation, boundShare } from "./bounded-interval.ts";
import { scoreMatch } from "./match-score.ts";

const CONTEXTS = 200;
const TOKENS = 128;
const REPETITIONS = 500;

/** How contexts are made: few are about the proxy, and in some of those the feature sees much more of it than in others. */
interface World {
  readonly topical: number;
  readonly recalls: readonly [number, number];
  readonly falseFirings: number;
}

/** A context's sums in the order of `MatchSums`, with exponential activations. */
function drawContext(random: RandomStream, at: number, { topical, recalls, falseFirings }: World): Float64Array {
  let index = at * 1024;
  const uniform = () => random.uniform(index++);
  const sums = Float64Array.of(TOKENS, 0, 0, 0, 0, 0, 0);
  const fire = (isHit: boolean) => {
    const value = isHit ? 1 - 0.5 * Math.log(1 - uniform()) : -Math.log(1 - uniform());
    for (const [place, addend] of [1, Number(isHit), value, value ** 2, isHit ? value : 0].entries())
      sums[2 + place]! += addend;
  };
  if (uniform() < topical) {
    const recall = recalls[uniform() < 0.4 ? 0 : 1]!;
    sums[1] = 5 + Math.floor(uniform() * 60);
    for (let token = 0; token < sums[1]; token++) if (uniform() < recall) fire(true);
  }
  if (uniform() < falseFirings) for (let token = Math.floor(uniform() * 8); token >= 0; token--) fire(false);
  return sums;
}

/** How often the intervals hold the score of 100,000 contexts, where there is anything to score. */
function measureCoverage(world: World): { readonly f1: number; readonly pearson: number } {
  const random = createRandomStream(1, "world", JSON.stringify(world));
  const draw = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => drawContext(random, from + at, world));
  const all = draw(0, 100_000).reduce((sums, context) => sums.map((sum, place) => sum + context[place]!));
  const truth = scoreMatch([all, new Float64Array(7)]);
  const covered = { f1: 0, pearson: 0 };
  let count = 0;
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const contexts = draw(100_000 + repetition * CONTEXTS, CONTEXTS);
    if (contexts.every((sums) => sums[1] === 0)) continue;
    const { intervals } = scoreMatch(contexts);
    count++;
    for (const name of ["f1", "pearson"] as const) {
      const [low, high] = intervals[name];
      expect(low).toBeGreaterThanOrEqual(name === "f1" ? 0 : -1);
      expect(high).toBeLessThanOrEqual(1);
      if (truth[name] >= low && truth[name] <= high) covered[name]++;
    }
  }
  return { f1: covered.f1 / count, pearson: covered.pearson / count };
}

test.each<[string, World]>([
  ["in three contexts", { topical: 3 / CONTEXTS, recalls: [0.3, 0.9], falseFirings: 0.02 }],
  ["in eight contexts", { topical: 8 / CONTEXTS, recalls: [0.3, 0.9], falseFirings: 0.05 }],
  ["in forty contexts", { topical: 40 / CONTEXTS, recalls: [0.3, 0.9], falseFirings: 0.1 }],
  ["that the feature hardly sees", { topical: 20 / CONTEXTS, recalls: [0, 0.1], falseFirings: 0.1 }],
])("for a proxy %s the intervals hold the truth at least nine times in ten", (_, world) => {
  const { f1, pearson } = measureCoverage(world);
  expect(f1).toBeGreaterThan(0.92);
  expect(pearson).toBeGreaterThan(0.9);
});

test("with many units the intervals are the jackknife's own", () => {
  const random = createRandomStream(2, "units");
  const units = Array.from({ length: 20_000 }, (_, at) => Float64Array.of(Number(random.uniform(at) < 0.3), 1));
  const share = jackknife(units, (sums) => sums[0]! / sums[1]!);
  for (const [low, high] of [boundShare(share, units.length), boundCorrelation(share)]) {
    expect(low).toBeCloseTo(share.estimate - 1.96 * share.error, 4);
    expect(high).toBeCloseTo(share.estimate + 1.96 * share.error, 4);
  }
});

test("where one context carries everything nearly everything is possible", () => {
  const silent = Float64Array.of(TOKENS, 0, 0, 0, 0, 0, 0);
  const only = Float64Array.of(TOKENS, 20, 12, 10, 24, 60, 21);
  const { f1, intervals } = scoreMatch([only, ...Array.from({ length: 99 }, () => silent)]);
  expect(f1).toBeCloseTo(20 / 32, 12);
  expect(intervals.f1[0]).toBeGreaterThanOrEqual(0);
  expect(intervals.f1[0]).toBeLessThan(0.02);
  expect(intervals.f1[1]).toBeGreaterThan(0.98);
  expect(intervals.f1[1]).toBeLessThanOrEqual(1);
  expect(intervals.pearson[0]).toBeLessThan(-0.9);
});

test("a score without spread is as sure as the units that say anything are many", () => {
  const perfect = { estimate: 1, error: 0, degrees: 99 };
  expect(boundShare(perfect, 3)[0]).toBeLessThan(0.2);
  expect(boundShare(perfect, 100)[0]).toBeGreaterThan(0.95);
  expect(boundShare({ ...perfect, estimate: 0 }, 100)).toEqual([0, expect.closeTo(0.0379, 3)]);
  expect(boundShare({ estimate: 0, error: 0, degrees: 1 }, 0)[1]).toBeGreaterThan(0.9);
  expect(boundCorrelation({ estimate: 0, error: 0, degrees: 9 })).toEqual([0, 0]);
  expect(boundCorrelation({ estimate: 1, error: 0, degrees: 9 })).toEqual([1, 1]);
});
