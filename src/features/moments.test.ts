import { sampleKurtosis, sampleSkewness } from "simple-statistics";
import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { measureMoments } from "./moments.ts";

const sumPowers = (values: readonly number[]) => {
  const power = (exponent: number) => values.reduce((total, value) => total + value ** exponent, 0);
  return {
    firings: values.length,
    sum: power(1),
    sumOfSquares: power(2),
    sumOfCubes: power(3),
    sumOfFourths: power(4),
  };
};

test("the moments are those of the values, the sample's corrections apart", () => {
  const random = createRandomStream(1, "moments");
  const n = 500;
  const values = Array.from({ length: n }, (_, i) => -Math.log(1 - random.uniform(i)) + 3);
  const { mean, deviation, skewness, kurtosis } = measureMoments(sumPowers(values));
  expect(mean).toBeCloseTo(values.reduce((a, b) => a + b) / n, 12);
  expect(deviation).toBeCloseTo(Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / n), 12);
  expect(skewness * (Math.sqrt(n * (n - 1)) / (n - 2))).toBeCloseTo(sampleSkewness(values), 9);
  expect(((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * kurtosis + 6)).toBeCloseTo(sampleKurtosis(values), 9);
});

test("values that do not vary have no skewness and no kurtosis, and no values no mean either", () => {
  const same = measureMoments(sumPowers([0.1, 0.1, 0.1]));
  expect(same).toEqual({ mean: expect.closeTo(0.1, 12), deviation: 0, skewness: Number.NaN, kurtosis: Number.NaN });
  expect(measureMoments(sumPowers([])).mean).toBeNaN();
});
