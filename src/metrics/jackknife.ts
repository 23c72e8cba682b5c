import { NORMAL_QUANTILE } from "../numerics/normal-quantile.ts";

/** Lower and upper end of an interval. */
export type Interval = readonly [number, number];

/** A statistic with what leaving out one unit at a time says of it. */
export interface JackknifeEstimate {
  readonly estimate: number;
  /** Standard error. */
  readonly error: number;
  /** Of the error, for Student's t: how many units it rests on, 1 where one carries everything (Satterthwaite). */
  readonly degrees: number;
}

/**
 * A 95 % interval for a statistic of sums over independent units, by the jackknife: the spread of the statistic with one
 * unit left out at a time, and the normal quantile. `units[i]` holds unit i's addends; two units at least.
 */
export function jackknifeInterval(units: readonly Float64Array[], statistic: (sums: Float64Array) => number): Interval {
  const { estimate, error } = jackknife(units, statistic);
  return [estimate - NORMAL_QUANTILE * error, estimate + NORMAL_QUANTILE * error];
}

/** The statistic of sums over independent units and its standard error, as `jackknifeInterval` says. */
export function jackknife(
  units: readonly Float64Array[],
  statistic: (sums: Float64Array) => number,
): JackknifeEstimate {
  const totals = sumUnits(units);
  const leftOut = units.map((unit) => statistic(totals.map((total, index) => total - unit[index]!)));
  const mean = leftOut.reduce((a, b) => a + b, 0) / units.length;
  const pieces = leftOut.map((value) => (value - mean) ** 2);
  const squares = pieces.reduce((a, b) => a + b, 0);
  const error = Math.sqrt(((units.length - 1) / units.length) * squares);
  const degrees = squares > 0 ? squares ** 2 / pieces.reduce((sum, piece) => sum + piece ** 2, 0) : units.length - 1;
  return { estimate: statistic(totals), error, degrees };
}

/** The units' addends summed in order. */
export function sumUnits(units: readonly Float64Array[]): Float64Array {
  const totals = new Float64Array(units[0]?.length ?? 0);
  for (const unit of units) {
    for (let i = 0; i < totals.length; i++) totals[i] = totals[i]! + unit[i]!;
  }
  return totals;
}
