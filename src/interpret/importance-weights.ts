import { HISTOGRAM_BINS, INTERVALS } from "../features/feature-record.ts";
import type { PassageSource } from "./passage.ts";

/** How often a feature fires and how strongly. */
export interface ActivationCounts {
  /** Tokens on which it is active. */
  readonly firings: number;
  /** Active tokens in 40 equal parts of 0 to the maximum. */
  readonly histogram: ArrayLike<number>; // [40]
}

/**
 * The weight of a passage's tokens in the importance-weighted score (paper, appendix on automation), which makes rare strong
 * activations count as rarely as they are met: 1 for random tokens; for others the share of all tokens that lie in the passage's
 * interval, of which silence is one; tokens from elsewhere have the top interval's, as the top examples do. The authors warn that
 * it rewards predicting 0 always.
 */
export function weighPassage(source: PassageSource, { firings, histogram }: ActivationCounts, tokens: number): number {
  switch (source.kind) {
    case "random":
      return 1;
    case "bottom":
      return 1 - firings / tokens;
    case "interval":
      return countInterval(histogram, source.interval) / tokens;
    case "top":
    case "elsewhere":
      return countInterval(histogram, INTERVALS - 1) / tokens;
    case "firing":
      return firings / tokens;
    default:
      return source satisfies never;
  }
}

/** Firings in one of the 11 intervals; a bin that two of them share is split by width. */
function countInterval(histogram: ArrayLike<number>, interval: number): number {
  const low = (interval * HISTOGRAM_BINS) / INTERVALS;
  const high = ((interval + 1) * HISTOGRAM_BINS) / INTERVALS;
  let count = 0;
  for (let bin = Math.floor(low); bin < Math.min(HISTOGRAM_BINS, Math.ceil(high)); bin++) {
    count += histogram[bin]! * (Math.min(bin + 1, high) - Math.max(bin, low));
  }
  return count;
}
