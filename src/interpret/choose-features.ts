import type { FeatureRecord } from "../features/feature-record.ts";
import type { FeatureTable } from "../features/feature-table.ts";
import { ULTRALOW_DENSITY } from "../metrics/feature-density.ts";
import { createPermutation } from "../numerics/permutation.ts";

/** A feature with fewer distinct active examples has no examination (paper, appendix on automation). */
export const FEWEST_EXAMPLES = 20;

/** All features that are neither dead nor ultralow, in a random order of which any beginning is a fair sample. */
export function orderFeatures({ firings }: FeatureTable, tokens: number, seed: number): number[] {
  const permute = createPermutation(firings.length, seed, "interpret features");
  const order = Array.from(firings, (_, i) => permute(i));
  return order.filter((feature) => firings[feature]! > 0 && firings[feature]! / tokens >= ULTRALOW_DENSITY);
}

/** Whether a feature has enough active examples with tokens of their own to be examined. */
export function hasEnoughExamples({ groups }: FeatureRecord): boolean {
  const windows = groups
    .filter(({ kind }) => kind === "top" || kind === "interval" || kind === "random")
    .flatMap(({ examples }) => examples.map(({ tokens }) => tokens.join(" ")));
  return new Set(windows).size >= FEWEST_EXAMPLES;
}

/** Whether all top examples have the same token in their centre: such features are told apart in the paper's figures. */
export function isSingleToken({ groups, window }: FeatureRecord): boolean {
  const top = groups.find(({ kind }) => kind === "top")?.examples ?? [];
  return new Set(top.map(({ tokens }) => tokens[window])).size === 1;
}
