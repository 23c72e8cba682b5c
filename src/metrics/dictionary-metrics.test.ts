import { expect, test } from "vitest";
import { type FixtureTensor, readMetricsFixture } from "../../test/parity/fixtures.ts";
import { createRandomStream } from "../numerics/random.ts";
import { type ContextSums, computeDictionaryMetrics, headlineLossRecovered } from "./dictionary-metrics.ts";
import { densityHistogram, featureDensity, fractionAbove, fractionBelow } from "./feature-density.ts";
import { jackknifeInterval } from "./jackknife.ts";

const fixture = readMetricsFixture();

const zeros: ContextSums = {
  tokens: 1,
  active: 0,
  clean: 0,
  zeroAblated: 0,
  meanAblated: 0,
  reconstructed: 0,
  kl: 0,
  squaredError: 0,
  squaredDeviation: 1,
};
const noActivity = { tokens: 1, counts: new Int32Array(1), maxima: new Float32Array(1) };

function rowsOf({ data, shape }: FixtureTensor): number[][] {
  const width = shape[1]!;
  return Array.from({ length: shape[0]! }, (_, row) => data.slice(row * width, (row + 1) * width));
}
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function lossContexts(): ContextSums[] {
  const { clean, zeroAblated, meanAblated, reconstructed } = fixture.lossRecovered;
  const [rows, zero, mean, other] = [clean, zeroAblated, meanAblated, reconstructed].map(rowsOf);
  return rows!.map((row, i) => ({
    ...zeros,
    tokens: row.length,
    clean: total(row),
    zeroAblated: total(zero![i]!),
    meanAblated: total(mean![i]!),
    reconstructed: total(other![i]!),
  }));
}

test("loss recovered is a ratio of means, not a mean of ratios and not its complement, against both ablations", () => {
  const { means, lossRecovered, wrongMeanOfRatios } = fixture.lossRecovered;
  const metrics = computeDictionaryMetrics(lossContexts(), noActivity);
  for (const baseline of ["zero", "mean"] as const) {
    expect(metrics.lossRecovered[baseline]).toBeCloseTo(lossRecovered[baseline], 6);
    expect(Math.abs(metrics.lossRecovered[baseline] - wrongMeanOfRatios[baseline])).toBeGreaterThan(1e-3);
    expect(metrics.lossRecovered[baseline]).toBeGreaterThan(0.5);
  }
  for (const name of ["clean", "zeroAblated", "meanAblated", "reconstructed"] as const) {
    expect(metrics.crossEntropy[name]).toBeCloseTo(means[name], 6);
  }
  expect(headlineLossRecovered(metrics)).toBeCloseTo(Math.min(lossRecovered.zero, lossRecovered.mean), 6);
});

test("loss recovered is 1 for the clean loss and 0 for the ablated one", () => {
  const contexts = lossContexts();
  const clean = computeDictionaryMetrics(
    contexts.map((sums) => ({ ...sums, reconstructed: sums.clean })),
    noActivity,
  );
  expect(clean.lossRecovered).toEqual({ zero: 1, mean: 1 });
  expect(clean.intervals.lossRecovered.zero).toEqual([1, 1]);
  const ablated = contexts.map((sums) => ({ ...sums, reconstructed: sums.zeroAblated }));
  expect(computeDictionaryMetrics(ablated, noActivity).lossRecovered.zero).toBe(0);
});

test("the jackknife's interval is the delta method's to first order and covers the truth as often as it says", () => {
  const trials = 400;
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    const stream = createRandomStream(trial, "ratio");
    const units = Array.from({ length: 60 }, (_, i) => {
      const denominator = 1 + stream.uniform(2 * i);
      return Float64Array.of(denominator * (0.7 + 0.2 * stream.normal(i + 1000)), denominator);
    });
    const [low, high] = jackknifeInterval(units, (sums) => sums[0]! / sums[1]!);
    if (low <= 0.7 && 0.7 <= high) covered++;
  }
  expect(covered / trials).toBeGreaterThan(0.91);
  expect(covered / trials).toBeLessThan(0.98);
});

test("the jackknife of a mean is its textbook standard error", () => {
  const values = [1, 4, 2, 8, 5, 7];
  const mean = total(values) / values.length;
  const variance = total(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
  const halfWidth = 1.959964 * Math.sqrt(variance / values.length);
  const [low, high] = jackknifeInterval(
    values.map((value) => Float64Array.of(value, 1)),
    (sums) => sums[0]! / sums[1]!,
  );
  expect(low).toBeCloseTo(mean - halfWidth, 5);
  expect(high).toBeCloseTo(mean + halfWidth, 5);
});

test("density, its tails and L0 are those of an independent implementation", () => {
  const f = rowsOf(fixture.density.f);
  const features = f[0]!.length;
  const counts = Int32Array.from({ length: features }, (_, i) => f.filter((row) => row[i]! > 0).length);
  const activity = { tokens: f.length, counts, maxima: new Float32Array(features) };
  const density = featureDensity(activity);
  for (const [i, value] of fixture.density.density.data.entries()) expect(density[i]).toBeCloseTo(value, 9);
  for (const { bound, fraction } of fixture.density.fractionBelow) {
    expect(fractionBelow(density, bound)).toBeCloseTo(fraction, 9);
  }
  for (const { bound, fraction } of fixture.density.fractionAbove) {
    expect(fractionAbove(density, bound)).toBeCloseTo(fraction, 9);
  }
  const contexts = f.map((row) => ({ ...zeros, active: row.filter((value) => value > 0).length }));
  const metrics = computeDictionaryMetrics(contexts, activity);
  expect(metrics.l0).toBeCloseTo(fixture.density.l0, 9);
  expect(total(Array.from(density))).toBeCloseTo(metrics.l0, 9);
  expect(metrics.densityHistogram.silent).toBe(fixture.density.silent);
});

test("every feature that fired is in one bin of the histogram, at the decade it belongs to", () => {
  const { first, width, counts, silent } = densityHistogram(Float64Array.from([0, 1e-12, 1.1e-3, 1.2e-3, 0.9, 1]));
  const bin = (log: number) => counts[Math.floor((log - first) / width)];
  expect(silent).toBe(1);
  expect(bin(-8)).toBe(1);
  expect(bin(-2.95)).toBe(2);
  expect(bin(-0.2)).toBe(2);
  expect(total(counts)).toBe(5);
});
