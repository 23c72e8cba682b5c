// A k-d tree (Bentley 1975). Dimensions: n points, d dimensions, m nodes.

/** Points [n, d] that are looked at by the distances between them. */
export interface Points {
  readonly places: Float32Array; // [n, d]
  readonly dimensions: number;
}

/** Points in nested boxes, so that those near a place are found without looking at all; children have higher numbers than parents. */
export interface PointTree extends Points {
  readonly nodes: number;
  /** The points, those of a node in one stretch. */
  readonly members: Int32Array; // [n]
  readonly starts: Int32Array; // [m]
  readonly ends: Int32Array; // [m]
  /** The first of two children, the other follows it; -1 for a leaf. */
  readonly children: Int32Array; // [m]
  readonly lows: Float32Array; // [m, d]
  readonly highs: Float32Array; // [m, d]
}

const LEAF = 12;

/** Halves the points at the median of the widest side, again and again. */
export function createPointTree({ places, dimensions }: Points): PointTree {
  const count = places.length / dimensions;
  const capacity = Math.max(1, 4 * Math.ceil(count / LEAF) + 1);
  const members = Int32Array.from({ length: count }, (_, point) => point);
  const [starts, ends, children] = [new Int32Array(capacity), new Int32Array(capacity), new Int32Array(capacity)];
  const [lows, highs] = [new Float32Array(capacity * dimensions), new Float32Array(capacity * dimensions)];
  ends[0] = count;
  let nodes = 1;
  for (let node = 0; node < nodes; node++) {
    const own = members.subarray(starts[node]!, ends[node]!);
    const side = measureBox({ places, dimensions }, own, lows, highs, node);
    children[node] = -1;
    if (own.length <= LEAF) continue;
    own.sort((a, b) => places[a * dimensions + side]! - places[b * dimensions + side]! || a - b);
    const middle = starts[node]! + (own.length >> 1);
    children[node] = nodes;
    starts[nodes] = starts[node]!;
    ends[nodes] = middle;
    starts[nodes + 1] = middle;
    ends[nodes + 1] = ends[node]!;
    nodes += 2;
  }
  return { places, dimensions, nodes, members, starts, ends, children, lows, highs };
}

/** Writes the box of a node's points and returns its widest side. */
function measureBox(
  { places, dimensions }: Points,
  own: Int32Array,
  lows: Float32Array,
  highs: Float32Array,
  node: number,
): number {
  let [widest, side] = [-1, 0];
  for (let d = 0; d < dimensions; d++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const point of own) {
      const value = places[point * dimensions + d]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    lows[node * dimensions + d] = low;
    highs[node * dimensions + d] = high;
    if (high - low > widest) [widest, side] = [high - low, d];
  }
  return side;
}

/** The squared distance of two points. */
export function squaredDistance({ places, dimensions }: Points, a: number, b: number): number {
  const [first, second] = [a * dimensions, b * dimensions];
  let sum = 0;
  for (let d = 0; d < dimensions; d++) {
    const difference = places[first + d]! - places[second + d]!;
    sum += difference * difference;
  }
  return sum;
}

/** The squared distance of a point from a node's box; 0 inside. */
export function squaredDistanceToNode(tree: PointTree, point: number, node: number): number {
  const { places, dimensions, lows, highs } = tree;
  const [at, box] = [point * dimensions, node * dimensions];
  let sum = 0;
  for (let d = 0; d < dimensions; d++) {
    const value = places[at + d]!;
    const outside = Math.max(lows[box + d]! - value, value - highs[box + d]!, 0);
    sum += outside * outside;
  }
  return sum;
}

/**
 * Goes through the leaves that may hold what is looked for, near ones first: `skips` says of a node, with its squared distance, whether
 * nothing in it can matter, as known by then.
 */
export function visitLeaves(
  tree: PointTree,
  point: number,
  skips: (node: number, squared: number) => boolean,
  visit: (first: number, end: number) => void,
): void {
  const { children, starts, ends } = tree;
  const open = [0];
  const distances = [squaredDistanceToNode(tree, point, 0)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (skips(node, distances.pop()!)) continue;
    const child = children[node]!;
    if (child < 0) {
      visit(starts[node]!, ends[node]!);
      continue;
    }
    const [left, right] = [squaredDistanceToNode(tree, point, child), squaredDistanceToNode(tree, point, child + 1)];
    const nearer = left <= right ? 0 : 1;
    open.push(child + 1 - nearer, child + nearer);
    distances.push(nearer === 0 ? right : left, nearer === 0 ? left : right);
  }
}
