import { createPointTree, type Points, type PointTree, squaredDistance, visitLeaves } from "./point-tree.ts";

// Dimensions: n points, m nodes of the tree of points.

/** An edge of a tree over points. */
export interface TreeEdge {
  readonly from: number;
  readonly to: number;
  readonly distance: number;
}

/** Points after which progress is told. */
const REPORT_EVERY = 1024;
/** The share of the work that finding cores is, as measured. */
const CORE_SHARE = 0.2;

/**
 * The least spanning tree of the mutual reachability distance, max(core(a), core(b), distance), where the core of a point is the
 * distance to its `nearest`-th other (Campello, Moulavi & Sander 2013); edges from the shortest on. By Borůvka's method: each
 * component's shortest way out is found in a tree of points, all are joined by theirs, and so on. Yields the share done.
 */
export function* spanReachability(points: Points, nearest: number): Generator<number, readonly TreeEdge[]> {
  const tree = createPointTree(points);
  const cores = yield* measureCores(tree, nearest);
  const parents = Int32Array.from(cores.keys());
  const edges: TreeEdge[] = [];
  while (edges.length < cores.length - 1) {
    const components = Int32Array.from(parents.keys(), (point) => findRoot(parents, point));
    const from = edges.length;
    const ways = yield* findWaysOut(tree, cores, components, CORE_SHARE + (1 - CORE_SHARE) * shareOf(from, cores));
    for (const way of ways.values()) {
      const [one, other] = [findRoot(parents, way.from), findRoot(parents, way.to)];
      if (one === other) continue;
      parents[one] = other;
      edges.push({ ...way, distance: Math.sqrt(way.distance) });
    }
  }
  return edges.sort((a, b) => a.distance - b.distance || compareEnds(a, b));
}

function shareOf(edges: number, cores: Float64Array): number {
  return edges / cores.length;
}

/** The squared distance from each point to its `nearest`-th other, or to the farthest where there are fewer. */
function* measureCores(tree: PointTree, nearest: number): Generator<number, Float64Array> {
  const count = tree.members.length;
  const cores = new Float64Array(count);
  const least = new Float64Array(Math.min(nearest, count - 1));
  for (let point = 0; point < count; point++) {
    least.fill(Number.POSITIVE_INFINITY);
    const skips = (_node: number, squared: number) => squared >= least.at(-1)!;
    visitLeaves(tree, point, skips, (first, end) => {
      for (let at = first; at < end; at++)
        if (tree.members[at] !== point) insert(least, squaredDistance(tree, point, tree.members[at]!));
    });
    cores[point] = least.at(-1) ?? 0;
    if (point % REPORT_EVERY === REPORT_EVERY - 1) yield (CORE_SHARE * point) / count;
  }
  return cores;
}

/** Keeps the smallest values in ascending order. */
function insert(least: Float64Array, value: number): void {
  let at = least.length - 1;
  if (value >= least[at]!) return;
  for (; at > 0 && least[at - 1]! > value; at--) least[at] = least[at - 1]!;
  least[at] = value;
}

/**
 * The shortest edge that leaves each component, by its component, with squared distances; of equal ones the one whose ends have the
 * lower numbers, so that all that are found together form no circle.
 */
function* findWaysOut(
  tree: PointTree,
  cores: Float64Array,
  components: Int32Array,
  share: number,
): Generator<number, ReadonlyMap<number, TreeEdge>> {
  const whole = labelNodes(tree, components);
  const ways = new Map<number, TreeEdge>();
  for (const [place, point] of tree.members.entries()) {
    const own = components[point]!;
    let best = ways.get(own);
    if (best !== undefined && cores[point]! > best.distance) continue;
    const skips = (node: number, squared: number) =>
      whole[node] === own || (best !== undefined && Math.max(squared, cores[point]!) > best.distance);
    visitLeaves(tree, point, skips, (first, end) => {
      for (let at = first; at < end; at++) {
        const to = tree.members[at]!;
        if (components[to] === own) continue;
        const distance = Math.max(squaredDistance(tree, point, to), cores[point]!, cores[to]!);
        if (best === undefined || distance <= best.distance) best = takeShorter(best, { from: point, to, distance });
      }
    });
    if (best !== undefined) ways.set(own, best);
    if (place % REPORT_EVERY === REPORT_EVERY - 1) yield share;
  }
  return ways;
}

/** The component of all points of each node [m], -1 where there are several. */
function labelNodes({ nodes, members, starts, ends, children }: PointTree, components: Int32Array): Int32Array {
  const labels = new Int32Array(nodes);
  for (let node = nodes - 1; node >= 0; node--) {
    const child = children[node]!;
    if (child >= 0) labels[node] = labels[child] === labels[child + 1] ? labels[child]! : -1;
    else {
      const first = components[members[starts[node]!]!]!;
      const own = members.subarray(starts[node]!, ends[node]!);
      labels[node] = own.every((point) => components[point] === first) ? first : -1;
    }
  }
  return labels;
}

function takeShorter(best: TreeEdge | undefined, edge: TreeEdge): TreeEdge {
  if (best === undefined || edge.distance < best.distance) return edge;
  return compareEnds(edge, best) < 0 ? edge : best;
}

function compareEnds(a: TreeEdge, b: TreeEdge): number {
  return Math.min(a.from, a.to) - Math.min(b.from, b.to) || Math.max(a.from, a.to) - Math.max(b.from, b.to);
}

function findRoot(parents: Int32Array, point: number): number {
  let root = point;
  while (parents[root] !== root) root = parents[root]!;
  for (let at = point; at !== root; ) [at, parents[at]] = [parents[at]!, root];
  return root;
}
