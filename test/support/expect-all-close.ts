import { expect } from "vitest";

/** Compares the whole of two arrays: |got - wanted| <= tolerance * (1 + |wanted|) everywhere, naming the worst entry. */
export function expectAllClose(
  got: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
  what = "array",
): void {
  expect(got.length, `${what}: length`).toBe(wanted.length);
  let worst = 0;
  let worstIndex = 0;
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(got[i]! - wanted[i]!) / (1 + Math.abs(wanted[i]!));
    if (error > worst || Number.isNaN(error)) [worst, worstIndex] = [error, i];
    if (Number.isNaN(error)) break;
  }
  expect(worst, `${what}[${worstIndex}] is ${got[worstIndex]}, wanted ${wanted[worstIndex]}`).toBeLessThanOrEqual(
    tolerance,
  );
}
