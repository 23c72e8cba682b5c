import type { Tensor } from "../kernels/kernels.ts";
import type { Gradients } from "./backward.ts";
import { parameter, type Transformer } from "./transformer.ts";

/** The numbers AdamW keeps per parameter, and its scalars on the device. */
export interface Optimiser {
  readonly moments1: ReadonlyMap<string, Tensor>;
  readonly moments2: ReadonlyMap<string, Tensor>;
  readonly squaredNorm: Tensor; // [1], of the whole gradient before clipping
  readonly clip: Tensor; // [1]
}

export interface UpdateOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly maxNorm: number;
  /** Updates done including this one. */
  readonly step: number;
}

/** Zero moments for a model's parameters. */
export function createOptimiser(model: Transformer): Optimiser {
  const { kernels, parameters } = model;
  const zeros = () => new Map([...parameters].map(([name, tensor]) => [name, kernels.create(tensor.shape)]));
  return {
    moments1: zeros(),
    moments2: zeros(),
    squaredNorm: kernels.create([1]),
    clip: kernels.create([1]),
  };
}

/** One AdamW step: the gradient clipped to a global norm on the device, weight decay on matrices only. */
export function updateParameters(
  model: Transformer,
  optimiser: Optimiser,
  gradients: Gradients,
  options: UpdateOptions,
): void {
  const { kernels } = model;
  kernels.fill(optimiser.squaredNorm, 0);
  for (const gradient of gradients.parameters.values()) {
    kernels.sumOfSquares(optimiser.squaredNorm, gradient, { accumulate: true });
  }
  kernels.clipFactor(optimiser.clip, optimiser.squaredNorm, options.maxNorm);
  for (const [name, tensor] of model.parameters) {
    const moment1 = parameter(optimiser.moments1, name);
    const moment2 = parameter(optimiser.moments2, name);
    const weightDecay = tensor.shape.length === 2 ? options.weightDecay : 0;
    kernels.adamW(tensor, moment1, moment2, parameter(gradients.parameters, name), optimiser.clip, {
      ...options,
      weightDecay,
    });
  }
}
