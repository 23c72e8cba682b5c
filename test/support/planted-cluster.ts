import { meanDirection } from "../../src/analysis/row-bundle.ts";
import type { UltralowSubject } from "../../src/analysis/ultralow.ts";
import { createRandomStream } from "../../src/numerics/random.ts";

/** A random direction of norm 1. */
export function drawDirection(width: number, seed = 1): Float32Array {
  const { normal } = createRandomStream(seed, "direction");
  return meanDirection(
    Float32Array.from({ length: width }, (_, i) => normal(i)),
    width,
    [0],
  );
}

/** Whether a feature of a planted dictionary belongs to its cluster: every fourth does. */
export function isPlanted(feature: number): boolean {
  return feature % 4 === 3;
}

/**
 * A dictionary of ordinary features and, every fourth, one that hardly fires on a million tokens and whose encoder row is
 * `direction` and some noise.
 */
export function plantCluster(features: number, direction: Float32Array, seed: number): UltralowSubject {
  const { normal, uniform } = createRandomStream(seed, "planted");
  const width = direction.length;
  const matrix = (value: (row: number, column: number, i: number) => number) => ({
    shape: [features, width],
    data: Float32Array.from({ length: features * width }, (_, i) => value(Math.floor(i / width), i % width, i)),
  });
  const decoder = matrix((_row, _column, i) => normal(i));
  for (let row = 0; row < features; row++) {
    const values = decoder.data.subarray(row * width, (row + 1) * width);
    const norm = Math.hypot(...values);
    for (let i = 0; i < width; i++) values[i] = values[i]! / norm;
  }
  return {
    tokens: 1_000_000,
    counts: Int32Array.from({ length: features }, (_, row) =>
      isPlanted(row) ? Math.floor(3 * uniform(row)) : 1000 + Math.floor(4000 * uniform(row)),
    ),
    weights: {
      decoder,
      decoderBias: { shape: [width], data: new Float32Array(width) },
      encoderBias: {
        shape: [features],
        data: Float32Array.from({ length: features }, (_, row) => (isPlanted(row) ? -2 : -0.1) + 0.05 * normal(row)),
      },
      encoder: matrix((row, column, i) =>
        isPlanted(row)
          ? direction[column]! + 0.02 * normal(100_000 + i)
          : 0.7 * decoder.data[i]! + 0.05 * normal(100_000 + i),
      ),
    },
  };
}
