import type { Kernels } from "../kernels/kernels.ts";
import type { Dictionary } from "./dictionary.ts";

/** The neurons themselves as a dictionary: feature i is neuron i where it is positive. Exact for ReLU activations. */
export function createNeuronDictionary(kernels: Kernels, width: number): Dictionary {
  const identity = new Float32Array(width * width);
  for (let i = 0; i < width; i++) identity[i * width + i] = 1;
  const directions = kernels.upload(identity, [width, width]);
  return {
    features: width,
    width,
    directions,
    encode: (codes, x) => kernels.compact(codes, x),
    decode: (out, codes) => kernels.sparseDecode(out, codes, codes.values, directions, null),
  };
}
