import type { JackknifeEstimate } from "../../metrics/jackknife.ts";

/** Sums over independent units of products of their addends x and y. */
export interface RatioSums {
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
  readonly xxxx: number;
  readonly xxxy: number;
  readonly xxyy: number;
  readonly xyyy: number;
  readonly yyyy: number;
}

/** The ratio of the sums of y and x with its standard error, by linearisation: what a jackknife over the units comes to where they are many. */
export function estimateRatio(sums: RatioSums, units: number): JackknifeEstimate {
  const { x, y } = sums;
  if (x === 0) return { estimate: 0, error: 0, degrees: 1 };
  const r = y / x;
  // Of the residuals y - r x, the sums of squares and of fourth powers.
  const squares = Math.max(0, sums.yy - 2 * r * sums.xy + r ** 2 * sums.xx);
  const fourths = sums.yyyy - 4 * r * sums.xyyy + 6 * r ** 2 * sums.xxyy - 4 * r ** 3 * sums.xxxy + r ** 4 * sums.xxxx;
  const error = Math.sqrt((units / Math.max(1, units - 1)) * squares) / x;
  const degrees = fourths > 0 ? Math.max(1, squares ** 2 / fourths) : units - 1;
  return { estimate: r, error, degrees: Math.min(degrees, Math.max(1, units - 1)) };
}
