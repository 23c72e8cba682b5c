import { sampleCorrelation } from "simple-statistics";
import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { scorePearson, scoreSpearman } from "./correlation-scores.ts";

const stream = createRandomStream(3, "correlation");
const predicted = Array.from({ length: 200 }, (_, i) => stream.integer(i, 10));
const actual = predicted.map((value, i) => Math.max(0, value - stream.integer(1000 + i, 8)));
const weights = predicted.map((_, i) => stream.integer(2000 + i, 4));

/** Each value as often as its weight says. */
function repeat(values: readonly number[]): number[] {
  return values.flatMap((value, i) => new Array<number>(weights[i]!).fill(value));
}

/** The mean of 1 + how many are smaller and how many are not larger: average ranks by counting every pair. */
function rankByCounting(values: readonly number[]): number[] {
  return values.map((value) => {
    const smaller = values.filter((other) => other < value).length;
    const notLarger = values.filter((other) => other <= value).length;
    return (smaller + 1 + notLarger) / 2;
  });
}

test("Pearson's correlation is that of an independent library", () => {
  expect(scorePearson(predicted, actual)).toBeCloseTo(sampleCorrelation(predicted, actual), 12);
});

test("Spearman's correlation is Pearson's of average ranks found by counting every pair", () => {
  const wanted = sampleCorrelation(rankByCounting(predicted), rankByCounting(actual));
  expect(scoreSpearman(predicted, actual)).toBeCloseTo(wanted, 12);
});

test("a weight counts as so many equal values, in both correlations", () => {
  const [x, y] = [repeat(predicted), repeat(actual)];
  expect(scorePearson(predicted, actual, weights)).toBeCloseTo(scorePearson(x, y), 12);
  expect(scoreSpearman(predicted, actual, weights)).toBeCloseTo(scoreSpearman(x, y), 12);
  expect(scoreSpearman(predicted, actual, weights)).not.toBeCloseTo(scoreSpearman(predicted, actual), 3);
});

test("a constant prediction scores 0, and so does one that varies only where nothing counts", () => {
  expect(scoreSpearman([3, 3, 3], [0, 1, 2])).toBe(0);
  expect(scorePearson([3, 3, 3], [0, 1, 2])).toBe(0);
  expect(scoreSpearman([0.1, 0.1, 0.1], [0, 0, 5])).toBe(0);
  expect(scoreSpearman([9, 3, 3], [0, 1, 2], [0, 1, 1])).toBe(0);
});

test("any rising transformation has rank correlation 1, its mirror image -1", () => {
  expect(scoreSpearman([1, 2, 3, 4], [1, 8, 27, 64])).toBeCloseTo(1, 12);
  expect(scoreSpearman([1, 2, 3, 4], [64, 27, 8, 1])).toBeCloseTo(-1, 12);
});
