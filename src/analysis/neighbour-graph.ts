// UMAP's weighted graph of nearest neighbours (McInnes, Healy & Melville 2018, section 3.1; umap-learn's defaults).
// Dimensions: n points, E edges.

/** The nearest others of each point, nearest first: those of point i at `starts[i] .. starts[i + 1]`. */
export interface Neighbours {
  readonly starts: Int32Array; // [n + 1]
  readonly others: Int32Array;
  readonly distances: Float64Array;
}

/** A symmetric graph: the edges of point i lead to `others[starts[i] .. starts[i + 1]]`, ascending, with weights up to 1. */
export interface NeighbourGraph {
  readonly points: number;
  readonly starts: Int32Array; // [n + 1]
  readonly others: Int32Array; // [E], each edge once from either end
  readonly weights: Float64Array; // [E]
}

const HALVINGS = 64;
const TOLERANCE = 1e-5;
/** The bandwidth is at least this share of the mean distance. */
const LEAST_BANDWIDTH = 1e-3;

/**
 * The fuzzy union of what each point says of its neighbours: the nearest one weighs 1, farther ones exp(-(d - nearest) / bandwidth)
 * with a bandwidth by which a point's weights sum up to the logarithm of their number.
 */
export function connectNeighbours(neighbours: Neighbours): NeighbourGraph {
  const points = neighbours.starts.length - 1;
  const weights = weighNeighbours(neighbours);
  const reversed = reverse(neighbours, weights);
  const [starts, others, merged] = [new Int32Array(points + 1), [] as number[], [] as number[]];
  for (let point = 0; point < points; point++) {
    const both = new Map<number, number>();
    for (let at = neighbours.starts[point]!; at < neighbours.starts[point + 1]!; at++)
      both.set(neighbours.others[at]!, weights[at]!);
    for (let at = reversed.starts[point]!; at < reversed.starts[point + 1]!; at++) {
      const [other, weight] = [reversed.others[at]!, reversed.weights[at]!];
      const own = both.get(other) ?? 0;
      both.set(other, own + weight - own * weight);
    }
    for (const other of [...both.keys()].sort((a, b) => a - b)) {
      others.push(other);
      merged.push(both.get(other)!);
    }
    starts[point + 1] = others.length;
  }
  return { points, starts, others: Int32Array.from(others), weights: Float64Array.from(merged) };
}

function weighNeighbours({ starts, distances }: Neighbours): Float64Array {
  const weights = new Float64Array(distances.length);
  const meanOfAll = distances.reduce((sum, distance) => sum + distance, 0) / (distances.length + starts.length - 1);
  for (let point = 0; point + 1 < starts.length; point++) {
    const own = distances.subarray(starts[point]!, starts[point + 1]!);
    const nearest = own.find((distance) => distance > 0) ?? 0;
    // A point counts as a neighbour of its own, as in umap-learn.
    const mean = own.reduce((sum, distance) => sum + distance, 0) / (own.length + 1);
    const least = LEAST_BANDWIDTH * (nearest > 0 ? mean : meanOfAll);
    const bandwidth = Math.max(least, findBandwidth(own, nearest));
    for (const [i, distance] of own.entries())
      weights[starts[point]! + i] =
        distance <= nearest || bandwidth === 0 ? 1 : Math.exp(-(distance - nearest) / bandwidth);
  }
  return weights;
}

/** The bandwidth by which the weights of these distances sum up to log2 of their number, the point itself included. */
function findBandwidth(distances: Float64Array, nearest: number): number {
  const wanted = Math.log2(distances.length + 1);
  let [low, high, bandwidth] = [0, Number.POSITIVE_INFINITY, 1];
  for (let halving = 0; halving < HALVINGS; halving++) {
    let sum = 0;
    for (const distance of distances) sum += distance > nearest ? Math.exp(-(distance - nearest) / bandwidth) : 1;
    if (Math.abs(sum - wanted) < TOLERANCE) break;
    if (sum > wanted) high = bandwidth;
    else low = bandwidth;
    bandwidth = high === Number.POSITIVE_INFINITY ? 2 * bandwidth : (low + high) / 2;
  }
  return bandwidth;
}

/** The same edges by the point they lead to. */
function reverse({ starts, others }: Neighbours, weights: Float64Array) {
  const points = starts.length - 1;
  const ends = new Int32Array(points + 1);
  for (const other of others) ends[other + 1] = ends[other + 1]! + 1;
  for (let point = 0; point < points; point++) ends[point + 1] = ends[point + 1]! + ends[point]!;
  const [next, from, weightsByEnd] = [ends.slice(), new Int32Array(others.length), new Float64Array(others.length)];
  for (let point = 0; point < points; point++)
    for (let at = starts[point]!; at < starts[point + 1]!; at++) {
      const place = next[others[at]!]!;
      next[others[at]!] = place + 1;
      from[place] = point;
      weightsByEnd[place] = weights[at]!;
    }
  return { starts: ends, others: from, weights: weightsByEnd };
}
