import { expect, test } from "vitest";
import { countShares } from "./compared-histogram.tsx";

test("shares count each value once, those outside in the outermost bins", () => {
  expect(countShares([-5, 0, 0.5, 1, 1.9, 2, 7, 8], [0, 1, 2, 3])).toEqual([3 / 8, 2 / 8, 3 / 8]);
  expect(countShares([], [0, 1, 2])).toEqual([0, 0]);
});
