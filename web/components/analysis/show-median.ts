import type { MedianEstimate } from "../../../src/numerics/median-interval.ts";

/** A median with its interval, nothing where there is none. */
export function showMedian(estimate: MedianEstimate | null, format: (value: number) => string): string {
  if (estimate === null) return "";
  const [low, high] = estimate.interval;
  return `${format(estimate.median)} (${format(low)} to ${format(high)})`;
}
