import fc from "fast-check";
import { expect, test } from "vitest";
import type { LiveToken } from "../../src/live/live-event.ts";
import {
  filterFeatures,
  listActivations,
  listActiveFeatures,
  listLossEffects,
  measureQuantile,
  rankFeatures,
} from "./explored-text.ts";

const SEPARATOR = 99;

/** Tokens with features: number, activation, effect on the loss, effect on a logit. */
function createTokens(...features: readonly (readonly [number, number, number?, number?])[][]): LiveToken[] {
  return features.map((list, position) => ({
    token: position === 0 ? SEPARATOR : position,
    context: 0,
    position,
    logProbability: null,
    features: list.map(([feature, activation, lossEffect = null, logitEffect = null]) => ({
      feature,
      activation,
      lossEffect,
      logitEffect,
    })),
  }));
}

const tokens = createTokens(
  [[1, 9, -0.5, 0.1]],
  [
    [1, 2, 0.25, 0.1],
    [2, 3, 0.1, -0.9],
  ],
  [
    [3, 1, -0.4, 0.3],
    [2, 2, 0.15, 0.5],
  ],
);
const quantile = (feature: number, activation: number) => activation / (10 * feature);

test("over a text features rank by their largest activation, with where that is and on how many tokens they fire", () => {
  expect(rankFeatures(tokens, { rank: "activation", quantile })).toEqual([
    { feature: 1, score: 9, activation: 9, peak: 0, firings: 2 },
    { feature: 2, score: 3, activation: 3, peak: 1, firings: 2 },
    { feature: 3, score: 1, activation: 1, peak: 2, firings: 1 },
  ]);
});

test("quantiles and logit effects take the largest over the tokens, effects on the loss add up", () => {
  const scores = (rank: "quantile" | "loss" | "logit") =>
    rankFeatures(tokens, { rank, quantile }).map(({ feature, score }) => [feature, Number(score.toFixed(6))]);
  expect(scores("quantile")).toEqual([
    [1, 0.9],
    [2, 0.15],
    [3, 0.033333],
  ]);
  expect(scores("loss")).toEqual([
    [3, -0.4],
    [1, -0.25],
    [2, 0.25],
  ]);
  expect(scores("logit")).toEqual([
    [2, -0.9],
    [3, 0.3],
    [1, 0.1],
  ]);
});

test("on one token only its own features count, and what was not computed comes last", () => {
  const [first, last] = rankFeatures(
    createTokens(
      [[7, 1, 0.1]],
      [
        [8, 1],
        [9, 1, -0.2],
      ],
    ),
    { rank: "loss", quantile },
    1,
    2,
  );
  expect([first?.feature, last?.feature, last?.score]).toEqual([9, 8, Number.NaN]);
});

test("filters leave out weak and dense features and those on the separator", () => {
  const filter = { minimum: 2, isDense: (feature: number) => feature === 2, ignored: SEPARATOR };
  expect(filterFeatures(tokens, filter).map(({ features }) => features.map(({ feature }) => feature))).toEqual([
    [],
    [1],
    [],
  ]);
  const open = { minimum: 0, isDense: () => false, ignored: null };
  expect(filterFeatures(tokens, open)).toEqual(tokens);
  expect(listActiveFeatures(tokens)).toEqual([1, 2, 3]);
  expect(Array.from(listActivations(tokens, 2))).toEqual([0, 3, 2]);
  expect(Array.from(listLossEffects(tokens, 1))).toEqual([0, -0.5, 0.25]);
});

test("a quantile lies between the shares of values below its bin and up to its end", () => {
  const values = fc.array(fc.double({ min: 0.01, max: 5, noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 6, noNaN: true }), (activations, value) => {
      const maximum = Math.max(...activations);
      const bins = 8;
      const histogram = new Uint32Array(bins);
      for (const activation of activations) {
        const bin = Math.min(bins - 1, Math.ceil((activation / maximum) * bins) - 1);
        histogram[bin] = histogram[bin]! + 1;
      }
      const share = (count: number) => histogram.slice(0, count).reduce((a, b) => a + b, 0) / activations.length;
      const bin = Math.floor(Math.min(1, value / maximum) * bins);
      const found = measureQuantile(histogram, maximum, value);
      expect(found).toBeGreaterThanOrEqual(share(bin) - 1e-12);
      expect(found).toBeLessThanOrEqual(share(bin + 1) + 1e-12);
    }),
  );
  expect(measureQuantile([0, 0], 1, 0.5)).toBe(0);
});
