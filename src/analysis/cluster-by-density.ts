import type { Points } from "./point-tree.ts";
import { spanReachability, type TreeEdge } from "./spanning-tree.ts";

// HDBSCAN (Campello, Moulavi & Sander 2013; the condensed tree and the choice by excess of mass of McInnes' hdbscan).
// Dimensions: n points.

/** The cluster of a point that belongs to none. */
export const UNCLUSTERED = -1;

/** How large a cluster must be, and how far density is looked at: to the `nearest`-th other, `smallest` unless given. */
export interface ClusterOptions {
  readonly smallest: number;
  readonly nearest?: number;
}

/** Two points at one place are this far apart, so that their density is a number. */
const LEAST_DISTANCE = 1e-10;
const ROOT = 0;

/**
 * The cluster of each point [n], numbered from the largest on, or `UNCLUSTERED`; the root is never a cluster. Yields the share done.
 */
export function* clusterByDensity(
  points: Points,
  { smallest, nearest = smallest }: ClusterOptions,
): Generator<number, Int32Array> {
  const count = points.places.length / points.dimensions;
  if (count <= smallest) return new Int32Array(count).fill(UNCLUSTERED);
  const edges = yield* spanReachability(points, nearest);
  const tree = condense(joinInOrder(edges), count, smallest);
  return nameBySize(labelPoints(tree, chooseClusters(tree), count));
}

/** A merger of two nodes, points below n and earlier mergers from n on. */
interface Merger {
  readonly left: number;
  readonly right: number;
  readonly distance: number;
  readonly size: number;
}

/** The single-linkage tree of a spanning tree's edges, which come from the shortest on. */
function joinInOrder(edges: readonly TreeEdge[]): Merger[] {
  const count = edges.length + 1;
  const parents = Int32Array.from({ length: 2 * count - 1 }, (_, node) => node);
  const find = (node: number): number => {
    let root = node;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = node; at !== root; ) [at, parents[at]] = [parents[at]!, root];
    return root;
  };
  const mergers: Merger[] = [];
  const sizeOf = (node: number) => (node < count ? 1 : mergers[node - count]!.size);
  for (const { from, to, distance } of edges) {
    const [left, right] = [find(from), find(to)];
    const node = count + mergers.length;
    parents[left] = node;
    parents[right] = node;
    mergers.push({ left, right, distance, size: sizeOf(left) + sizeOf(right) });
  }
  return mergers;
}

/** What a cluster loses at a density: a point, or a cluster of its own. */
interface Fall {
  readonly parent: number;
  /** A point, or a cluster where `isCluster`. */
  readonly child: number;
  readonly isCluster: boolean;
  /** 1 / distance. */
  readonly density: number;
  readonly size: number;
}

/** The tree in which a node splits only where both sides are large enough; else it goes on and loses points. */
function condense(mergers: readonly Merger[], count: number, smallest: number): Fall[] {
  const falls: Fall[] = [];
  const sizeOf = (node: number) => (node < count ? 1 : mergers[node - count]!.size);
  let clusters = 1;
  const open: { node: number; cluster: number }[] = [{ node: 2 * count - 2, cluster: ROOT }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { node, cluster } = place;
    const { left, right, distance } = mergers[node - count]!;
    const density = 1 / Math.max(LEAST_DISTANCE, distance);
    const large = [left, right].filter((side) => sizeOf(side) >= smallest);
    for (const side of [left, right]) {
      if (sizeOf(side) < smallest)
        for (const child of listPoints(side, mergers, count))
          falls.push({ parent: cluster, child, isCluster: false, density, size: 1 });
      else if (large.length === 1) open.push({ node: side, cluster });
      else {
        falls.push({ parent: cluster, child: clusters, isCluster: true, density, size: sizeOf(side) });
        open.push({ node: side, cluster: clusters });
        clusters += 1;
      }
    }
  }
  return falls;
}

function listPoints(node: number, mergers: readonly Merger[], count: number): number[] {
  const [points, open] = [[] as number[], [node]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next < count) points.push(next);
    else open.push(mergers[next - count]!.left, mergers[next - count]!.right);
  }
  return points;
}

/** The clusters that hold together over more densities than what they split into, the excess of mass. */
function chooseClusters(falls: readonly Fall[]): ReadonlySet<number> {
  const splits = falls.filter(({ isCluster }) => isCluster);
  const births = new Map(splits.map(({ child, density }) => [child, density]));
  const stability = new Map<number, number>();
  for (const { parent, density, size } of falls)
    stability.set(parent, (stability.get(parent) ?? 0) + (density - (births.get(parent) ?? 0)) * size);
  const children = Map.groupBy(splits, ({ parent }) => parent);
  const chosen = new Set<number>();
  // Children have higher numbers than their parents.
  for (const cluster of [...births.keys()].sort((a, b) => b - a)) {
    const below = (children.get(cluster) ?? []).reduce((sum, { child }) => sum + stability.get(child)!, 0);
    if (below > stability.get(cluster)!) stability.set(cluster, below);
    else chosen.add(cluster);
  }
  const isBelow = (cluster: number) => {
    for (let at = parents.get(cluster)!; at !== ROOT; at = parents.get(at)!) if (chosen.has(at)) return true;
    return false;
  };
  const parents = new Map(splits.map(({ child, parent }) => [child, parent]));
  return new Set([...chosen].filter((cluster) => !isBelow(cluster)));
}

/** The chosen cluster that each point falls out of, or out of one below it. */
function labelPoints(falls: readonly Fall[], chosen: ReadonlySet<number>, count: number): Int32Array {
  const labels = new Int32Array(count).fill(UNCLUSTERED);
  const above = new Map<number, number>([[ROOT, UNCLUSTERED]]);
  // A split stands before all that falls out of the clusters it makes.
  for (const { parent, child, isCluster } of falls) {
    const label = above.get(parent)!;
    if (isCluster) above.set(child, label === UNCLUSTERED && chosen.has(child) ? child : label);
    else labels[child] = label;
  }
  return labels;
}

/** Clusters numbered from the largest on, of equal ones the one with the first point first. */
function nameBySize(labels: Int32Array): Int32Array {
  const members = Map.groupBy(labels.keys(), (point) => labels[point]!);
  members.delete(UNCLUSTERED);
  const order = [...members].sort(([, a], [, b]) => b.length - a.length || a[0]! - b[0]!).map(([label]) => label);
  const names = new Map(order.map((label, name) => [label, name]));
  return labels.map((label) => names.get(label) ?? UNCLUSTERED);
}
