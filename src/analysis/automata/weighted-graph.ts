/** An undirected link between two nodes, numbered from 0. */
export interface Link {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
}

/** The links of each node: those of node n are from starts[n] to before starts[n + 1]. A link of a node to itself stands once, with twice its weight. */
export interface WeightedGraph {
  readonly starts: Uint32Array; // [nodes + 1]
  readonly neighbours: Uint32Array;
  readonly weights: Float64Array;
  /** Sum of the weights of each node's links. */
  readonly degrees: Float64Array; // [nodes]
}

/** The graph of some links, each named once. */
export function createWeightedGraph(nodes: number, links: readonly Link[]): WeightedGraph {
  const starts = new Uint32Array(nodes + 1);
  for (const { a, b } of links) {
    starts[a + 1]! += 1;
    if (a !== b) starts[b + 1]! += 1;
  }
  for (let node = 0; node < nodes; node++) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const neighbours = new Uint32Array(starts[nodes]!);
  const weights = new Float64Array(starts[nodes]!);
  const degrees = new Float64Array(nodes);
  const put = (from: number, to: number, weight: number): void => {
    const at = next[from]!;
    next[from] = at + 1;
    neighbours[at] = to;
    weights[at] = weight;
    degrees[from]! += weight;
  };
  for (const { a, b, weight } of links) {
    put(a, b, a === b ? 2 * weight : weight);
    if (a !== b) put(b, a, weight);
  }
  return { starts, neighbours, weights, degrees };
}

/**
 * Newman's modularity of a partition: the share of the weight within communities, less what it would be if links fell at random between
 * nodes of these degrees. 0 without links.
 */
export function measureModularity(graph: WeightedGraph, community: ArrayLike<number>): number {
  const { starts, neighbours, weights, degrees } = graph;
  const total = degrees.reduce((sum, degree) => sum + degree, 0);
  if (total === 0) return 0;
  const sums = new Map<number, number>();
  let within = 0;
  for (let node = 0; node < degrees.length; node++) {
    const own = community[node]!;
    sums.set(own, (sums.get(own) ?? 0) + degrees[node]!);
    for (let at = starts[node]!; at < starts[node + 1]!; at++)
      if (community[neighbours[at]!] === own) within += weights[at]!;
  }
  let expected = 0;
  for (const sum of sums.values()) expected += (sum / total) ** 2;
  return within / total - expected;
}
