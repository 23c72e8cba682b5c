import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { type RatedUnit, summariseRatings } from "./summarise-ratings.ts";

const rated: RatedUnit[] = [
  { rater: "ada", unit: 1, kind: "feature", intervals: [10, 3], scores: [14, 9] },
  { rater: "bob", unit: 1, kind: "feature", intervals: [10, 3], scores: [12, 9] },
  { rater: "ada", unit: 2, kind: "neuron", intervals: [10, 0], scores: [0, 0] },
  { rater: "ada", unit: 3, kind: "feature", intervals: [3, 0], scores: [8, 2] },
];

test("medians, distributions and shares are counted by kind and interval", () => {
  const { kinds } = summariseRatings(rated);
  const [feature, neuron] = kinds;
  expect(kinds.map(({ kind }) => kind)).toEqual(["feature", "neuron"]);
  expect(feature).toMatchObject({ units: 2, scores: 6, median: { count: 6, median: 9 }, above: { share: 4 / 6 } });
  expect(feature!.distribution).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 0, 0, 1, 0, 1]);
  expect(feature!.byInterval[10]).toEqual({ median: 13, scores: 2 });
  expect(feature!.byInterval[3]).toEqual({ median: 9, scores: 3 });
  expect(feature!.byInterval[5]).toBeNull();
  expect(neuron).toMatchObject({ units: 1, median: { median: 0, interval: [0, 0] }, above: { share: 0 } });
});

test("raters are compared on the units they share", () => {
  const { agreement } = summariseRatings(rated);
  expect(agreement).toHaveLength(1);
  expect(agreement[0]).toMatchObject({ raters: ["ada", "bob"], scores: 2, units: 1, interval: null });
});

test("the median's interval holds the true median in about 95 of 100 sessions of dependent intervals", () => {
  const random = createRandomStream(9, "sessions");
  const sessions = 60;
  let held = 0;
  for (let session = 0; session < sessions; session++) {
    const units = Array.from({ length: 30 }, (_, unit): RatedUnit => {
      // Scores of a unit are the same but for one point: the true median is 7.
      const base = random.integer(100 * session + unit, 15);
      return { rater: "ada", unit, kind: "feature", intervals: [10, 5, 0], scores: [base, base, base] };
    });
    const { interval } = summariseRatings(units).kinds[0]!.median;
    if (interval[0] <= 7 && interval[1] >= 7) held++;
  }
  expect(held / sessions).toBeGreaterThan(0.85);
});
