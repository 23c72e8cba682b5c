import { estimateMedian } from "../numerics/median-interval.ts";
import { wilsonInterval } from "../numerics/wilson-interval.ts";
import type { CodedLevel, SplittingEdges } from "./masked-cosine.ts";
import {
  KEPT_CHILDREN,
  KEPT_PARENTS,
  type LinkStatistics,
  listThresholds,
  type PartnerEstimate,
  type SplittingLink,
} from "./splitting.ts";

type Level = Pick<CodedLevel, "features" | "activity">;

const DIGITS = 1e3;

/** What is kept of the edges between two levels, and how many there are above each threshold and by chance. */
export function describeLink(
  [coarse, fine]: readonly [Level, Level],
  edges: SplittingEdges,
  chance: SplittingEdges,
  threshold: number,
): SplittingLink {
  const kept = keepStrongest(edges, coarse.features, fine.features);
  const pick = (values: Int32Array) => Array.from(kept, (edge) => values[edge]!);
  const round = (values: Float64Array) => Array.from(kept, (edge) => Math.round(values[edge]! * DIGITS) / DIGITS);
  const describe = (least: number): LinkStatistics => {
    const estimate = (of: SplittingEdges) => ({
      children: estimatePartners(countPartners(coarse, of, "coarse", least)),
      parents: estimatePartners(countPartners(fine, of, "fine", least)),
    });
    const byChance = estimate(chance);
    return {
      ...{ threshold: least, edges: countAbove(edges, least), ...estimate(edges) },
      chance: {
        edges: countAbove(chance, least),
        children: byChance.children?.withAny ?? null,
        parents: byChance.parents?.withAny ?? null,
      },
    };
  };
  const [own, ...further] = listThresholds(threshold);
  return {
    edges: {
      ...{ coarse: pick(edges.coarse), fine: pick(edges.fine) },
      ...{ onCoarse: round(edges.onCoarse), onFine: round(edges.onFine) },
    },
    childCounts: countPartners(coarse, edges, "coarse", threshold),
    parentCounts: countPartners(fine, edges, "fine", threshold),
    statistics: [describe(own), ...further.map(describe)],
  };
}

function weigh({ onCoarse, onFine }: SplittingEdges, edge: number): number {
  return Math.max(onCoarse[edge]!, onFine[edge]!);
}

function countAbove(edges: SplittingEdges, least: number): number {
  return edges.coarse.reduce((sum, _, edge) => sum + Number(weigh(edges, edge) > least), 0);
}

/** The edges among the strongest of either end, in their order. */
function keepStrongest(edges: SplittingEdges, coarseFeatures: number, fineFeatures: number): Int32Array {
  const [children, parents] = [new Int32Array(coarseFeatures), new Int32Array(fineFeatures)];
  const order = Int32Array.from(edges.coarse.keys()).sort((a, b) => weigh(edges, b) - weigh(edges, a) || a - b);
  const strongest = order.filter((edge) => {
    const [a, b] = [edges.coarse[edge]!, edges.fine[edge]!];
    children[a]!++;
    parents[b]!++;
    return children[a]! <= KEPT_CHILDREN || parents[b]! <= KEPT_PARENTS;
  });
  return strongest.sort();
}

/** How often each feature ends an edge; -1 for those that take no part. */
function countPartners({ features, activity }: Level, edges: SplittingEdges, side: "coarse" | "fine", least: number) {
  const counts = new Array<number>(features).fill(-1);
  for (const feature of activity.alive) counts[feature] = 0;
  for (const [edge, feature] of edges[side].entries()) if (weigh(edges, edge) > least) counts[feature]!++;
  return counts;
}

function estimatePartners(counts: readonly number[]): PartnerEstimate | null {
  const partners = counts.filter((count) => count >= 0);
  const median = estimateMedian(partners);
  if (median === null) return null;
  const [count, total] = [partners.filter((partner) => partner > 0).length, partners.length];
  return { withAny: { count, total, interval: wilsonInterval(count / total, total) }, median };
}
