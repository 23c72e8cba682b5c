import { expect, test } from "vitest";
import { weighPassage } from "./importance-weights.ts";

const flat = { firings: 440, histogram: new Array(40).fill(11) };
const TOKENS = 10_000;

test("a random token counts once, one of an interval as often as the interval is met", () => {
  expect(weighPassage({ kind: "random" }, flat, TOKENS)).toBe(1);
  for (let interval = 0; interval < 11; interval++) {
    expect(weighPassage({ kind: "interval", interval }, flat, TOKENS)).toBeCloseTo(40 / TOKENS, 12);
  }
});

test("silence is an interval too: the weights of all of them are all tokens", () => {
  const uneven = { firings: 40 * 41, histogram: Array.from({ length: 40 }, (_, bin) => 2 * (bin + 1)) };
  const intervals = Array.from({ length: 11 }, (_, interval) =>
    weighPassage({ kind: "interval", interval }, uneven, TOKENS),
  );
  const silent = weighPassage({ kind: "bottom" }, uneven, TOKENS);
  expect(intervals.reduce((sum, weight) => sum + weight, silent)).toBeCloseTo(1, 12);
  expect([...intervals].sort((a, b) => a - b)).toEqual(intervals);
});

test("top examples and their tokens elsewhere have the weight of the highest interval", () => {
  const histogram = new Array(40).fill(0);
  // The highest interval begins at 36.36 of 40 bins.
  histogram[39] = 7;
  histogram[36] = 11;
  const rare = { firings: 18, histogram };
  const wanted = (7 + 11 * (37 - 400 / 11)) / TOKENS;
  for (const kind of ["top", "elsewhere"] as const) {
    expect(weighPassage({ kind }, rare, TOKENS)).toBeCloseTo(wanted, 12);
  }
});
