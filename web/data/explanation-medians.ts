import { estimateMedian, type MedianEstimate } from "../../src/numerics/median-interval.ts";
import type { Explanation } from "../../src/server/api.ts";

/** A median of so few scores says nothing. */
const FEWEST_SCORES = 6;

/** The median score of each method's explanations of a dictionary as it is, over the features it explained. */
export function measureMedians(
  explanations: ReadonlyMap<number, readonly Explanation[]>,
): ReadonlyMap<string, MedianEstimate> {
  const scored = [...explanations.values()].flat().filter(({ score, stale }) => score !== null && !stale);
  const medians = new Map<string, MedianEstimate>();
  for (const [method, said] of Map.groupBy(scored, (explanation) => explanation.method)) {
    const median = said.length < FEWEST_SCORES ? null : estimateMedian(said.map(({ score }) => score!));
    if (median !== null) medians.set(method, median);
  }
  return medians;
}
