import { NORMAL_QUANTILE } from "./normal-quantile.ts";

/** A median and the 95 % interval that holds it whatever the distribution. */
export interface MedianEstimate {
  readonly count: number;
  readonly median: number;
  readonly interval: readonly [number, number];
}

/**
 * The median of independent values and its distribution-free interval: the order statistics n / 2 -+ 1.96 sqrt(n) / 2 (normal
 * approximation of the binomial). Null of no values.
 */
export function estimateMedian(values: Iterable<number>): MedianEstimate | null {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  if (n === 0) return null;
  const half = (NORMAL_QUANTILE * Math.sqrt(n)) / 2;
  const low = Math.max(0, Math.floor(n / 2 - half) - 1);
  const high = Math.min(n - 1, Math.ceil(n / 2 + half));
  return {
    count: n,
    median: (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2,
    interval: [sorted[low]!, sorted[high]!],
  };
}
