import { expect, test } from "vitest";
import { convertL1, L1_CONVENTIONS, PUBLISHED_L1 } from "./l1-conversion.ts";
import { combineLoss, lossFactors } from "./loss.ts";

test("the published coefficients are 2.05, 0.51, 1.54, 1.23 and 12.3 beside a sum of squares", () => {
  const converted = PUBLISHED_L1.map((entry) => convertL1(entry.l1, entry.convention, "sum-of-squares", entry)!);
  expect(converted.map((value) => Number(value.toPrecision(3)))).toEqual([2.05, 0.512, 1.54, 1.23, 12.3]);
});

test("every conversion and its inverse give the coefficient back", () => {
  const setting = { width: 512, batch: 4096, meanNorm: 7.3 };
  for (const { name: from } of L1_CONVENTIONS)
    for (const { name: to } of L1_CONVENTIONS)
      expect(convertL1(convertL1(0.7, from, to, setting)!, to, from, setting)).toBeCloseTo(0.7, 12);
});

test("what the setting lacks is not guessed", () => {
  expect(convertL1(1, "summed-over-batch", "sum-of-squares", { width: 512 })).toBeUndefined();
  expect(convertL1(1, "sum-of-squares", "unit-scale", { width: 512 })).toBeUndefined();
});

test("a coefficient for activations of mean norm sqrt(width) shrinks with theirs", () => {
  expect(convertL1(5, "unit-scale", "sum-of-squares", { width: 16, meanNorm: 2 })).toBeCloseTo(2.5, 12);
});

test.each([
  ["mean-of-squares", { reconstructionReduction: "mean", l1Reduction: "mean" }, 1],
  ["summed-over-batch", { reconstructionReduction: "sum", l1Reduction: "sum" }, 1],
  ["unit-scale", { reconstructionReduction: "sum", l1Reduction: "mean" }, 4 / 3],
  ["sum-of-squares", { reconstructionReduction: "sum", l1Reduction: "mean" }, 1],
] as const)("the log's l1SumOfSquares is that conversion of a trainer's l1: %s", (convention, switches, scale) => {
  const [width, batch, l1] = [16, 32, 0.3];
  const factors = lossFactors(switches, batch, width, l1);
  const sums = { rows: batch, squaredErrors: 90, features: 70, activationScale: scale };
  const { loss, reconstruction, sparsity, l1SumOfSquares } = combineLoss(sums, factors);
  const wanted = convertL1(l1, convention, "sum-of-squares", { width, batch, meanNorm: 4 / scale });
  expect(l1SumOfSquares).toBeCloseTo(wanted!, 12);
  const perUnit = loss / (reconstruction + l1SumOfSquares * sparsity);
  expect(perUnit).toBeCloseTo(scale ** 2 * (convention === "mean-of-squares" ? 1 / width : 1), 12);
});
