import { createPermutation } from "../numerics/permutation.ts";
import type { ShapedArray } from "./parameters.ts";

/**
 * The paper's random transformer: the entries of each weight matrix in random order, so that a control has weights of the same
 * distribution and nothing that was learned (paper, §automated interpretability). Biases and layer norms stay as they are.
 */
export function shuffleWeights(
  parameters: ReadonlyMap<string, ShapedArray>,
  seed: number,
): ReadonlyMap<string, ShapedArray> {
  return new Map(
    Array.from(parameters, ([name, { shape, data }]) => {
      if (shape.length < 2) return [name, { shape, data }];
      const from = createPermutation(data.length, seed, "shuffled weights", name);
      return [name, { shape, data: Float32Array.from(data, (_, i) => data[from(i)]!) }];
    }),
  );
}
