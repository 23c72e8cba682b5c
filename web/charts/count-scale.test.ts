import { expect, test } from "vitest";
import { createCountScale } from "./count-scale.ts";

test("an empty bin has no height and the highest reaches the top, on every scale", () => {
  for (const kind of ["linear", "sqrt", "log"] as const) {
    const { height } = createCountScale(kind, 5000, [100, 10]);
    expect(height(0)).toBe(0);
    expect(height(5000)).toBeCloseTo(90, 9);
  }
});

test("a single count can be seen on a logarithmic scale, whose ticks are powers of ten", () => {
  const { height, ticks } = createCountScale("log", 5000, [100, 10]);
  expect(height(1)).toBeGreaterThan(3);
  expect(ticks).toEqual([1, 10, 100, 1000]);
});

test("ticks are whole numbers", () => {
  expect(createCountScale("linear", 2, [100, 0]).ticks).toEqual([0, 1, 2]);
  expect(createCountScale("log", 1, [100, 0]).ticks).toEqual([1]);
});
