import type { MedianEstimate } from "../numerics/median-interval.ts";

/** A count with commas between thousands. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

/** A share in per cent. */
export function formatShare(value: number, digits = 1): string {
  return `${(100 * value).toFixed(digits)} %`;
}

/** A value with its 95 % interval. */
export function formatEstimate(value: number, [low, high]: readonly [number, number], digits = 3): string {
  return `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** A median with its interval, or that there is none. */
export function formatMedian(estimate: MedianEstimate | null, digits = 3): string {
  return estimate === null ? "none" : formatEstimate(estimate.median, estimate.interval, digits);
}
