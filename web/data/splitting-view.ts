import { listThresholds, type Splitting } from "../../src/analysis/splitting.ts";

/** What of a splitting graph is looked at, as the address says it. */
export interface SplittingView {
  /** The feature whose parents and children are shown; null for the list of those that are split most. */
  readonly feature: number | null;
  /** Edges of a smaller masked cosine are left out. */
  readonly least: number;
  /** The concept whose features are listed. */
  readonly concept: string;
}

/** A feature that another is linked with. */
export interface Relative {
  readonly feature: number;
  /** The larger of both masked cosines. */
  readonly cosine: number;
  /** Where the coarse feature fires, and where the fine one does. */
  readonly onCoarse: number;
  readonly onFine: number;
}

/** A feature on the way from the chosen one through the levels. */
export interface WalkNode {
  readonly feature: number;
  /** The product of the cosines on the strongest way to it. */
  readonly strength: number;
}

/** The parents of a feature and theirs, its children and theirs: the strongest of each level, and the strongest edges to each. */
export interface Walk {
  /** Of each level its nodes, the strongest first; none beyond the ends of the ways. */
  readonly levels: readonly (readonly WalkNode[])[];
  /** From a node of `level` to one of the next. */
  readonly edges: readonly {
    readonly level: number;
    readonly coarse: number;
    readonly fine: number;
    readonly cosine: number;
  }[];
}

/** The view of an address; what it does not say, or says wrongly, is as at first. */
export function parseSplittingView(query: URLSearchParams, { threshold }: Pick<Splitting, "threshold">): SplittingView {
  const text = query.get("f") ?? "";
  const least = Number(query.get("min"));
  return {
    feature: /^\d{1,9}$/.test(text) ? Number(text) : null,
    least: listThresholds(threshold).includes(least) ? least : threshold,
    concept: query.get("concept") ?? "",
  };
}

/** The features of the next larger level that one is split into, the most alike first. */
export function listChildren(splitting: Splitting, level: number, feature: number, least: number): Relative[] {
  return listRelatives(splitting, level, "coarse", feature, least);
}

/** The features of the next smaller level that one is part of, the most alike first. */
export function listParents(splitting: Splitting, level: number, feature: number, least: number): Relative[] {
  return listRelatives(splitting, level - 1, "fine", feature, least);
}

function listRelatives(
  { links }: Splitting,
  link: number,
  own: "coarse" | "fine",
  feature: number,
  least: number,
): Relative[] {
  const edges = links[link]?.edges;
  if (edges === undefined) return [];
  const others = own === "coarse" ? edges.fine : edges.coarse;
  const found: Relative[] = [];
  for (const [edge, end] of edges[own].entries()) {
    if (end !== feature) continue;
    const [onCoarse, onFine] = [edges.onCoarse[edge]!, edges.onFine[edge]!];
    const cosine = Math.max(onCoarse, onFine);
    if (cosine >= least) found.push({ feature: others[edge]!, cosine, onCoarse, onFine });
  }
  return found.sort((a, b) => b.cosine - a.cosine || a.feature - b.feature);
}

/** How many features of the next larger level each feature is split into; of the largest, how many of the next smaller it is part of. */
export function countRelatives({ levels, links }: Splitting, level: number): readonly number[] {
  return (level === levels.length - 1 ? links[level - 1]?.parentCounts : links[level]?.childCounts) ?? [];
}

/** The features with the most relatives, most first; none without. */
export function rankRelatives(counts: readonly number[]): number[] {
  return [...counts.keys()].filter((feature) => counts[feature]! > 0).sort((a, b) => counts[b]! - counts[a]! || a - b);
}

/** Ways that lead to a feature of a walk, at most: the strongest. */
const WAYS = 2;

interface Way {
  readonly end: number;
  readonly relative: Relative;
  readonly strength: number;
}

/** The ways from a feature up and down the levels; of each level the `width` strongest. */
export function traceWalk(splitting: Splitting, level: number, feature: number, least: number, width: number): Walk {
  const levels: (readonly WalkNode[])[] = splitting.levels.map(() => []);
  const edges: Walk["edges"][number][] = [];
  levels[level] = [{ feature, strength: 1 }];
  for (const [step, list] of [
    [1, listChildren],
    [-1, listParents],
  ] as const) {
    for (let from = level; levels[from + step] !== undefined; from += step) {
      const ways = levels[from]!.flatMap(({ feature: end, strength }) =>
        list(splitting, from, end, least).map(
          (relative): Way => ({ end, relative, strength: strength * relative.cosine }),
        ),
      );
      const reached = groupWays(ways).slice(0, width);
      levels[from + step] = reached.map(([{ relative, strength }]) => ({ feature: relative.feature, strength }));
      for (const { end, relative } of reached.flatMap((own) => own.slice(0, WAYS))) {
        const [coarse, fine] = step === 1 ? [end, relative.feature] : [relative.feature, end];
        edges.push({ level: Math.min(from, from + step), coarse, fine, cosine: relative.cosine });
      }
    }
  }
  return { levels, edges };
}

/** The ways to each feature that is reached, the strongest first, and the feature of the strongest first. */
function groupWays(ways: readonly Way[]): (readonly [Way, ...Way[]])[] {
  const byFeature = new Map<number, [Way, ...Way[]]>();
  const order = (a: Way, b: Way) => b.strength - a.strength || a.relative.feature - b.relative.feature;
  for (const way of ways.toSorted(order)) {
    const own = byFeature.get(way.relative.feature);
    if (own === undefined) byFeature.set(way.relative.feature, [way]);
    else own.push(way);
  }
  return [...byFeature.values()];
}
