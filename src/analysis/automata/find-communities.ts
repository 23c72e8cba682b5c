import { createPermutation } from "../../numerics/permutation.ts";
import { createWeightedGraph, type Link, type WeightedGraph } from "./weighted-graph.ts";

/** A gain in modularity below this is rounding. */
const LEAST_GAIN = 1e-12;

/**
 * Communities of a graph by the method of Louvain (Blondel et al. 2008): nodes move to the neighbouring community that raises modularity most,
 * in an order drawn by the seed, until none does; communities become the nodes of the next round. The largest community is 0.
 */
export function findCommunities(graph: WeightedGraph, seed: number): Uint32Array {
  let current = graph;
  let community = Uint32Array.from(graph.degrees.keys());
  for (let level = 0; ; level++) {
    const moved = numberBySize(moveNodes(current, seed, level));
    const count = moved.reduce((most, own) => Math.max(most, own + 1), 0);
    community = community.map((node) => moved[node]!);
    if (count === current.degrees.length) return numberBySize(community);
    current = joinCommunities(current, moved, count);
  }
}

/** Moves single nodes while that raises modularity. */
function moveNodes(graph: WeightedGraph, seed: number, level: number): Uint32Array {
  const { degrees } = graph;
  const nodes = degrees.length;
  const community = Uint32Array.from(degrees.keys());
  const totals = degrees.slice();
  const total = degrees.reduce((sum, degree) => sum + degree, 0);
  if (total === 0) return community;
  const shared = new Float64Array(nodes);
  for (let round = 0, hasMoved = true; hasMoved; round++) {
    hasMoved = false;
    const order = createPermutation(nodes, seed, "communities", level, round);
    for (let place = 0; place < nodes; place++) {
      const node = order(place);
      const from = community[node]!;
      totals[from]! -= degrees[node]!;
      const to = chooseCommunity(graph, node, community, { totals, total, shared });
      totals[to]! += degrees[node]!;
      community[node] = to;
      if (to !== from) hasMoved = true;
    }
  }
  return community;
}

interface Sums {
  readonly totals: Float64Array;
  readonly total: number;
  /** Zeros, between two calls. */
  readonly shared: Float64Array;
}

/** The community that a node, taken out of its own, fits best: its own unless another is better. */
function chooseCommunity(
  { starts, neighbours, weights, degrees }: WeightedGraph,
  node: number,
  community: Uint32Array,
  { totals, total, shared }: Sums,
): number {
  const near: number[] = [];
  for (let at = starts[node]!; at < starts[node + 1]!; at++) {
    if (neighbours[at] === node) continue;
    const other = community[neighbours[at]!]!;
    if (shared[other] === 0) near.push(other);
    shared[other]! += weights[at]!;
  }
  const gain = (to: number) => (shared[to]! - (totals[to]! * degrees[node]!) / total) / total;
  let best = community[node]!;
  let most = gain(best);
  for (const other of near) {
    if (gain(other) <= most + LEAST_GAIN) continue;
    best = other;
    most = gain(other);
  }
  for (const other of near) shared[other] = 0;
  return best;
}

/** The graph of communities: its links carry the weights between them, and within. */
function joinCommunities(graph: WeightedGraph, community: Uint32Array, count: number): WeightedGraph {
  const { starts, neighbours, weights, degrees } = graph;
  const sums = new Map<number, number>();
  for (let node = 0; node < degrees.length; node++) {
    for (let at = starts[node]!; at < starts[node + 1]!; at++) {
      const [a, b] = [community[node]!, community[neighbours[at]!]!];
      if (a > b) continue;
      // A weight within is met from both its ends, and a link to oneself stands with twice its weight.
      const weight = a === b ? weights[at]! / 2 : weights[at]!;
      sums.set(a * count + b, (sums.get(a * count + b) ?? 0) + weight);
    }
  }
  const links = Array.from(sums, ([key, weight]): Link => ({ a: Math.floor(key / count), b: key % count, weight }));
  return createWeightedGraph(count, links);
}

/** Communities numbered by falling size; of equal ones the one with the lowest node first. */
function numberBySize(community: Uint32Array): Uint32Array {
  const members = new Map<number, number>();
  for (const own of community) members.set(own, (members.get(own) ?? 0) + 1);
  const ranked = [...members].sort(([, a], [, b]) => b - a).map(([own]) => own);
  const ranks = new Map(ranked.map((own, rank) => [own, rank]));
  return community.map((own) => ranks.get(own)!);
}
