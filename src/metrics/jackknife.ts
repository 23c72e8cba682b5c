import { NORMAL_QUANTILE } from "../numerics/normal-quantile.ts";

/** Lower and upper end of an interval. */
export type Interval = readonly [number, number];

/**
 * A 95 % interval for a statistic of sums over independent units, by the jackknife: the spread of the statistic with one
 * unit left out at a time, and the normal quantile. `units[i]` holds unit i's addends; two units at least.
 */
export function jackknifeInterval(units: readonly Float64Array[], statistic: (sums: Float64Array) => number): Interval {
  const totals = sumUnits(units);
  const centre = statistic(totals);
  const leftOut = units.map((unit) => statistic(totals.map((total, index) => total - unit[index]!)));
  const mean = leftOut.reduce((a, b) => a + b, 0) / units.length;
  const squares = leftOut.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const halfWidth = NORMAL_QUANTILE * Math.sqrt(((units.length - 1) / units.length) * squares);
  return [centre - halfWidth, centre + halfWidth];
}

/** The units' addends summed in order. */
export function sumUnits(units: readonly Float64Array[]): Float64Array {
  const totals = new Float64Array(units[0]?.length ?? 0);
  for (const unit of units) {
    for (let i = 0; i < totals.length; i++) totals[i] = totals[i]! + unit[i]!;
  }
  return totals;
}
