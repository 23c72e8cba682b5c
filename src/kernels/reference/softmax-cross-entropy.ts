import type { Tensor } from "../kernels.ts";
import { type Floats, floats, ints } from "./memory.ts";

export function softmaxCrossEntropy(
  loss: Tensor,
  dLogits: Tensor | null,
  logits: Tensor,
  targets: Tensor,
  scale: number,
): void {
  const V = logits.shape[1]!;
  const losses = floats(loss);
  const values = floats(logits);
  const gradient = dLogits ? floats(dLogits) : null;
  ints(targets).forEach((target, r) => {
    if (target >= V) throw new Error(`softmaxCrossEntropy: target ${target}, wanted below ${V}`);
    if (target < 0) {
      losses[r] = 0;
      gradient?.fill(0, r * V, (r + 1) * V);
      return;
    }
    const normaliser = logSumExp(values, r * V, V);
    losses[r] = normaliser - values[r * V + target]!;
    if (!gradient) return;
    for (let i = r * V; i < (r + 1) * V; i++) gradient[i] = scale * Math.exp(values[i]! - normaliser);
    gradient[r * V + target]! -= scale;
  });
}

/** log of the sum of exponentials of `width` values from `start`. */
export function logSumExp(values: Floats, start: number, width: number): number {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + width; i++) maximum = Math.max(maximum, values[i]!);
  let total = 0;
  for (let i = start; i < start + width; i++) total += Math.exp(values[i]! - maximum);
  return maximum + Math.log(total);
}
