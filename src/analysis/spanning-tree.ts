// Dimensions: n points, d dimensions.

/** Points [n, d] that are clustered by the distances between them. */
export interface Points {
  readonly places: Float32Array; // [n, d]
  readonly dimensions: number;
}

/** An edge of a tree over points. */
export interface TreeEdge {
  readonly from: number;
  readonly to: number;
  readonly distance: number;
}

/** Points after which progress is told. */
const REPORT_EVERY = 1024;

/**
 * The least spanning tree of the mutual reachability distance, max(core(a), core(b), distance), where the core of a point is the
 * distance to its `nearest`-th other (Campello, Moulavi & Sander 2013); edges from the shortest on. By Prim's method: the time is
 * that of all pairs twice, the memory that of the points. Yields the share done.
 */
export function* spanReachability(points: Points, nearest: number): Generator<number, readonly TreeEdge[]> {
  const cores = yield* measureCores(points, nearest);
  const count = cores.length;
  const [reach, via] = [new Float64Array(count).fill(Number.POSITIVE_INFINITY), new Int32Array(count)];
  const left = Int32Array.from({ length: count - 1 }, (_, i) => i + 1);
  const edges: TreeEdge[] = [];
  let newest = 0;
  for (let open = left.length; open > 0; open--) {
    let best = 0;
    for (let i = 0; i < open; i++) {
      const point = left[i]!;
      const reachable = Math.max(distanceBetween(points, newest, point), cores[newest]!, cores[point]!);
      if (reachable < reach[point]!) {
        reach[point] = reachable;
        via[point] = newest;
      }
      if (reach[point]! < reach[left[best]!]!) best = i;
    }
    newest = left[best]!;
    edges.push({ from: via[newest]!, to: newest, distance: reach[newest]! });
    left[best] = left[open - 1]!;
    if (open % REPORT_EVERY === 0) yield 1 - 0.5 * (open / count) ** 2;
  }
  return edges.sort((a, b) => a.distance - b.distance);
}

/** The distance from each point to its `nearest`-th other, or to the farthest where there are fewer. */
function* measureCores(points: Points, nearest: number): Generator<number, Float64Array> {
  const count = points.places.length / points.dimensions;
  const wanted = Math.min(nearest, count - 1);
  const cores = new Float64Array(count);
  const least = new Float64Array(wanted);
  for (let point = 0; point < count; point++) {
    least.fill(Number.POSITIVE_INFINITY);
    for (let other = 0; other < count; other++)
      if (other !== point) insert(least, distanceBetween(points, point, other));
    cores[point] = least.at(-1) ?? 0;
    if (point % REPORT_EVERY === REPORT_EVERY - 1) yield (0.5 * point) / count;
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

function distanceBetween({ places, dimensions }: Points, a: number, b: number): number {
  const [first, second] = [a * dimensions, b * dimensions];
  let sum = 0;
  for (let d = 0; d < dimensions; d++) {
    const difference = places[first + d]! - places[second + d]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
