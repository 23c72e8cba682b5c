import type { RandomStream } from "../numerics/random.ts";
import type { NeighbourGraph } from "./neighbour-graph.ts";

// Dimensions: n points, d dimensions.

const ROUNDS = 100;
const EXTENT = 10;
/** So that points at one place can be told apart. */
const NOISE = 1e-4;

/**
 * Where a layout of a graph begins, [n, d]: the leading eigenvectors of its normalised adjacency matrix after the constant one, by
 * subspace iteration from random vectors (umap-learn's spectral layout, not carried to convergence), within -10 .. 10.
 */
export function startSpectrally(graph: NeighbourGraph, dimensions: number, random: RandomStream): Float64Array {
  const { points } = graph;
  const scales = Float64Array.from({ length: points }, (_, point) => {
    const degree = graph.weights.subarray(graph.starts[point]!, graph.starts[point + 1]!).reduce((a, b) => a + b, 0);
    return degree === 0 ? 0 : 1 / Math.sqrt(degree);
  });
  const constant = scales.map((scale) => (scale === 0 ? 0 : 1 / scale));
  normalise(constant);
  let vectors = Array.from({ length: dimensions }, (_, d) =>
    Float64Array.from({ length: points }, (_, point) => random.normal(d * points + point)),
  );
  makeOrthogonal(vectors, constant);
  for (let round = 0; round < ROUNDS; round++) {
    vectors = vectors.map((vector) => multiply(graph, scales, vector));
    makeOrthogonal(vectors, constant);
  }
  const largest = vectors.map((vector) => vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1);
  return Float64Array.from({ length: points * dimensions }, (_, i) => {
    const [point, d] = [Math.floor(i / dimensions), i % dimensions];
    const noise = NOISE * random.normal(dimensions * points + i);
    return (vectors[d]![point]! / largest[d]!) * EXTENT + noise;
  });
}

/** Half of the vector and half of its neighbours' mean, so that no eigenvalue is negative. */
function multiply({ points, starts, others, weights }: NeighbourGraph, scales: Float64Array, vector: Float64Array) {
  const out = new Float64Array(points);
  for (let point = 0; point < points; point++) {
    let sum = 0;
    for (let at = starts[point]!; at < starts[point + 1]!; at++)
      sum += weights[at]! * scales[others[at]!]! * vector[others[at]!]!;
    out[point] = (vector[point]! + scales[point]! * sum) / 2;
  }
  return out;
}

/** Gram-Schmidt, against `constant` first; a vector of which nothing is left becomes zero. */
function makeOrthogonal(vectors: readonly Float64Array[], constant: Float64Array): void {
  for (const [d, vector] of vectors.entries()) {
    for (const other of [constant, ...vectors.slice(0, d)]) {
      let dot = 0;
      for (let i = 0; i < vector.length; i++) dot += vector[i]! * other[i]!;
      for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! - dot * other[i]!;
    }
    normalise(vector);
  }
}

function normalise(vector: Float64Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares < 1e-200) vector.fill(0);
  else for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! / Math.sqrt(squares);
}
