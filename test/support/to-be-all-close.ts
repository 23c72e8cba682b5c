import { expect } from "vitest";

/** A number passes when |got - wanted| <= absolute + relative * |wanted|; NaN and infinities must stand at the same places. */
export interface Tolerance {
  readonly absolute?: number;
  readonly relative?: number;
}

declare module "vitest" {
  interface Matchers<R, T> {
    /** Compares all numbers with `wanted` within the tolerance (exactly where none is given). */
    toBeAllClose(wanted: ArrayLike<number>, tolerance?: Tolerance): R;
  }
}

expect.extend({
  toBeAllClose: (got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: Tolerance = {}) => {
    const fault = describeFault(got, wanted, tolerance);
    return { pass: fault === null, message: () => fault ?? "all numbers are close, and none should be" };
  },
});

function describeFault(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: Tolerance): string | null {
  if (got.length !== wanted.length) return `got ${got.length} numbers, wanted ${wanted.length}`;
  let worst = -1;
  let largest = 0;
  let faults = 0;
  for (let i = 0; i < wanted.length; i++) {
    const excess = measureExcess(got[i]!, wanted[i]!, tolerance);
    if (excess <= 1) continue;
    faults++;
    if (worst < 0 || excess > largest) {
      worst = i;
      largest = excess;
    }
  }
  if (faults === 0) return null;
  const times = Number.isFinite(largest) ? ` (${largest.toPrecision(3)} times the tolerance)` : "";
  return `${faults} of ${wanted.length} numbers differ; worst at ${worst}: got ${got[worst]}, wanted ${wanted[worst]}${times}`;
}

function measureExcess(got: number, wanted: number, { absolute = 0, relative = 0 }: Tolerance): number {
  if (got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))) return 0;
  const excess = Math.abs(got - wanted) / (absolute + relative * Math.abs(wanted));
  return Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess;
}
