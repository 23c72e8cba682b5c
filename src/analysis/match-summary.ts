import { estimateMedian, type MedianEstimate } from "../numerics/median-interval.ts";
import type { PairCorrelations } from "./correlate-pairs.ts";
import type { BestMatches } from "./match-activations.ts";

/** A side's features and the other side's that are most alike. */
export interface SideMatches extends BestMatches {
  /** Of the pair (i, best[i]); null where a site has no direct path to the logits. */
  readonly written: PairCorrelations | null;
}

/** Medians over a side's features that are neither dead nor ultralow. */
export interface UniversalitySummary {
  readonly activation: MedianEstimate | null;
  readonly logits: MedianEstimate | null;
  readonly attribution: MedianEstimate | null;
}

/** Features that fire more rarely are counted as ultralow: the paper's 1e-6 cannot be told apart on texts of this length. */
export const LOWEST_DENSITY = 1e-5;

/** The medians that the paper states, over features that fire on a share of `lowestDensity` or more of the compared tokens. */
export function summariseMatches(
  { activation, firings, written }: SideMatches,
  { tokens, lowestDensity = LOWEST_DENSITY }: { readonly tokens: number; readonly lowestDensity?: number },
): UniversalitySummary {
  const alive = Array.from(firings.keys()).filter((feature) => firings[feature]! >= lowestDensity * tokens);
  const median = (values: Float64Array) =>
    estimateMedian(alive.map((feature) => values[feature]!).filter((value) => !Number.isNaN(value)));
  return {
    activation: median(activation),
    logits: written && median(written.logits),
    attribution: written && median(written.attribution),
  };
}
