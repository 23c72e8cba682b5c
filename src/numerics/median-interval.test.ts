import { expect, test } from "vitest";
import { estimateMedian } from "./median-interval.ts";
import { createRandomStream } from "./random.ts";

test("the median of an even number of values lies between the middle two", () => {
  expect(estimateMedian([4, 1, 3, 2])).toMatchObject({ count: 4, median: 2.5 });
  expect(estimateMedian([7])).toEqual({ count: 1, median: 7, interval: [7, 7] });
  expect(estimateMedian([])).toBeNull();
});

test("the interval holds the true median in at least 95 % of samples of a skewed distribution", () => {
  const random = createRandomStream(3, "median");
  const samples = 2000;
  let held = 0;
  for (let sample = 0; sample < samples; sample++) {
    const [low, high] = estimateMedian(
      Array.from({ length: 41 }, (_, i) => -Math.log(1 - random.uniform(41 * sample + i))),
    )!.interval;
    if (low <= Math.LN2 && high >= Math.LN2) held++;
  }
  expect(held / samples).toBeGreaterThan(0.94);
  expect(held / samples).toBeLessThan(0.995);
});
