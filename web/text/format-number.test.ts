import { expect, test } from "vitest";
import {
  formatDensity,
  formatDuration,
  formatLevel,
  formatPercent,
  formatShort,
  formatSignificant,
} from "./format-number.ts";

test("large numbers are shortened without losing whole zeros", () => {
  expect([100_000, 1_234_567, 9_999, 10_000, 2e9].map(formatShort)).toEqual([
    "100 k",
    "1.23 M",
    "9,999",
    "10 k",
    "2 G",
  ]);
});

test("significant digits hold for large and small numbers", () => {
  expect([9.0213, 0.000297, 123.456, 0, 0.95].map((value) => formatSignificant(value))).toEqual([
    "9.02",
    "0.000297",
    "123",
    "0",
    "0.950",
  ]);
});

test("small densities are powers of ten, large ones percentages", () => {
  expect([0.00013, 0.0099, 0.01, 0.3, 0].map(formatDensity)).toEqual([
    "1.3 × 10⁻⁴",
    "9.9 × 10⁻³",
    "1.00 %",
    "30.0 %",
    "0",
  ]);
});

test("percentages keep three digits", () => {
  expect([0, 0.0123, 0.955, 1].map(formatPercent)).toEqual(["0 %", "1.23 %", "95.5 %", "100 %"]);
});

test("durations are in the units people use", () => {
  expect([0.2, 59, 187, 8100].map(formatDuration)).toEqual(["0 s", "59 s", "3 min 07 s", "2 h 15 min"]);
});

test("levels stay short however small they are", () => {
  expect([9.0213, 0.0123, 0.0000976, -0.5, -0.00002, 0].map(formatLevel)).toEqual([
    "9.02",
    "0.0123",
    "9.8e−5",
    "−0.500",
    "−2.0e−5",
    "0",
  ]);
});
