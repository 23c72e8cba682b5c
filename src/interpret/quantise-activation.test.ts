import fc from "fast-check";
import { expect, test } from "vitest";
import { quantiseActivation } from "./quantise-activation.ts";

test("silence alone is 0, the maximum and beyond is 9", () => {
  expect([0, -1, 0.001, 4.5, 9, 12].map((value) => quantiseActivation(value, 9))).toEqual([0, 0, 1, 5, 9, 9]);
  expect(quantiseActivation(0, 0)).toBe(0);
});

test("levels are whole, rise with the activation and cover nine equal parts", () => {
  const activation = fc.double({ min: 0, max: 20, noNaN: true });
  fc.assert(
    fc.property(activation, activation, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((value) => quantiseActivation(value, 20)) as [
        number,
        number,
      ];
      expect(low).toBeLessThanOrEqual(high);
      expect(Number.isInteger(low)).toBe(true);
      expect(Math.abs(low - (Math.min(a, b) / 20) * 9)).toBeLessThanOrEqual(1);
    }),
  );
});
