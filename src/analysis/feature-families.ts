import type { Splitting } from "./splitting.ts";

/** A feature of the smallest dictionary, or one without a parent, and all whose strongest parents lead to it. */
export interface FeatureFamily {
  readonly level: number;
  readonly feature: number;
  /** Of each level its members, ascending; the head is its own. */
  readonly members: readonly (readonly number[])[];
}

/**
 * Cuts the graph into a forest by each feature's strongest parent: every feature of a level that is linked at all belongs to one
 * family. The largest family first.
 */
export function findFamilies({ levels, links }: Pick<Splitting, "levels" | "links">): FeatureFamily[] {
  const families = new Map<string, FeatureFamily & { readonly members: number[][] }>();
  let heads = new Map<number, string>();
  for (const [level, { features }] of levels.entries()) {
    const parents = level === 0 ? new Map<number, number>() : findStrongestParents(links[level - 1]!.edges);
    const next = new Map<number, string>();
    for (let feature = 0; feature < features; feature++) {
      const parent = parents.get(feature);
      const key = (parent === undefined ? undefined : heads.get(parent)) ?? `${level} ${feature}`;
      const family = families.get(key) ?? { level, feature, members: levels.map(() => []) };
      families.set(key, family);
      family.members[level]!.push(feature);
      next.set(feature, key);
    }
    heads = next;
  }
  const count = ({ members }: FeatureFamily) => members.reduce((sum, own) => sum + own.length, 0);
  return [...families.values()].filter((family) => count(family) > 1).sort((a, b) => count(b) - count(a));
}

/** Of each fine feature with a parent the one whose masked cosine is largest, of equal ones the first. */
export function findStrongestParents(edges: Splitting["links"][number]["edges"]): Map<number, number> {
  const parents = new Map<number, number>();
  const largest = new Map<number, number>();
  for (const [edge, fine] of edges.fine.entries()) {
    const cosine = Math.max(edges.onCoarse[edge]!, edges.onFine[edge]!);
    if (cosine <= (largest.get(fine) ?? 0)) continue;
    largest.set(fine, cosine);
    parents.set(fine, edges.coarse[edge]!);
  }
  return parents;
}
