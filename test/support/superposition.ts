import { createRandomStream } from "../../src/numerics/random.ts";

/** Activations made of a known dictionary: each is a sparse non-negative combination of more directions than dimensions. */
export interface Superposition {
  readonly directions: Float32Array; // [features, width], unit rows
  /** Rows first .. first + count, the same however they are cut; [count, width]. */
  rows(first: number, count: number): Float32Array;
}

/** Random unit directions, each active with `probability` at a strength between 0.5 and 1.5, and a constant offset. */
export function createSuperposition(features: number, width: number, probability: number, seed: number): Superposition {
  const direction = createRandomStream(seed, "directions");
  const codes = createRandomStream(seed, "codes");
  const directions = new Float32Array(features * width);
  for (let i = 0; i < features; i++) {
    const row = Array.from({ length: width }, (_, j) => direction.normal(i * width + j));
    const norm = Math.hypot(...row);
    for (const [j, value] of row.entries()) directions[i * width + j] = value / norm;
  }
  const addRow = (out: Float32Array, row: number): void => {
    for (let i = 0; i < features; i++) {
      const index = 2 * (row * features + i);
      if (codes.uniform(index) >= probability) continue;
      const strength = 0.5 + codes.uniform(index + 1);
      for (let j = 0; j < width; j++) out[j] = out[j]! + strength * directions[i * width + j]!;
    }
  };
  return {
    directions,
    rows: (first, count) => {
      const out = new Float32Array(count * width).fill(0.3);
      for (let row = 0; row < count; row++) addRow(out.subarray(row * width, (row + 1) * width), first + row);
      return out;
    },
  };
}

/** For each true direction the largest cosine with any learned row, averaged: 1 when the dictionary was found. */
export function meanMaxCosine(truth: Float32Array, learned: Float32Array, width: number): number {
  const count = truth.length / width;
  let total = 0;
  for (let i = 0; i < count; i++) {
    let best = -1;
    for (let k = 0; k < learned.length / width; k++) {
      let dot = 0;
      for (let j = 0; j < width; j++) dot += truth[i * width + j]! * learned[k * width + j]!;
      best = Math.max(best, dot);
    }
    total += best;
  }
  return total / count;
}
