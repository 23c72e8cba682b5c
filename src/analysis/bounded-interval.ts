import type { Interval, JackknifeEstimate } from "../metrics/jackknife.ts";
import { studentQuantile } from "../numerics/student-t.ts";
import { wilsonInterval } from "../numerics/wilson-interval.ts";

// A jackknife's plain interval leaves the bounds of its measure where few units carry everything, and misses the truth more often
// than it says: 81 % instead of 95 % where a proxy is in three contexts.

/**
 * The 95 % interval of a measure between 0 and 1: Wilson's, for as many independent draws as would have the jackknife's error
 * (Korn and Graubard 1998), with Student's quantile. Where nothing varies, as many as there are units that say anything.
 */
export function boundShare({ estimate, error, degrees }: JackknifeEstimate, telling: number): Interval {
  const variance = estimate * (1 - estimate);
  if (variance > 0 && error > 0) return wilsonInterval(estimate, variance / error ** 2, studentQuantile(degrees));
  const draws = Math.max(1, telling);
  return wilsonInterval(estimate, draws, studentQuantile(Math.max(1, draws - 1)));
}

/** The 95 % interval of a correlation: the jackknife's error carried to Fisher's scale, with Student's quantile. */
export function boundCorrelation({ estimate, error, degrees }: JackknifeEstimate): Interval {
  if (Math.abs(estimate) >= 1) return error > 0 ? [-1, 1] : [estimate, estimate];
  const centre = Math.atanh(estimate);
  const half = (studentQuantile(degrees) * error) / (1 - estimate ** 2);
  return [Math.tanh(centre - half), Math.tanh(centre + half)];
}
