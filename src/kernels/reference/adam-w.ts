import type { AdamOptions, Tensor } from "../kernels.ts";
import { type Floats, floats } from "./memory.ts";

export function clipFactor(out: Tensor, squaredNorm: Tensor, maxNorm: number): void {
  floats(out)[0] = Math.min(1, maxNorm / (Math.sqrt(floats(squaredNorm)[0]!) + 1e-6));
}

/** Loshchilov & Hutter 2019: the decay acts on the parameter before the step and never enters the moments. */
export function adamW(
  parameter: Tensor,
  moment1: Tensor,
  moment2: Tensor,
  gradient: Tensor,
  gradientScale: Tensor | null,
  options: AdamOptions,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step } = options;
  const values = floats(parameter);
  const means = floats(moment1);
  const squares = floats(moment2);
  const gradients = floats(gradient);
  const factor = gradientScale ? floats(gradientScale)[0]! : 1;
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  for (let i = 0; i < values.length; i++) {
    const scaled = factor * gradients[i]!;
    const mean = beta1 * means[i]! + (1 - beta1) * scaled;
    const square = beta2 * squares[i]! + (1 - beta2) * scaled * scaled;
    const update = mean / correction1 / (Math.sqrt(square / correction2) + epsilon);
    means[i] = mean;
    squares[i] = square;
    values[i] = values[i]! * (1 - learningRate * weightDecay) - learningRate * update;
  }
  const holdsNumbers = (array: Floats) => array.every(Number.isFinite);
  if (options.broken && ![values, means, squares].every(holdsNumbers)) floats(options.broken)[0] = Number.NaN;
}
