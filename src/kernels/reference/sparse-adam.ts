import type { SparseAdamOptions, SparseCodes, SparseGradientOptions, Tensor } from "../kernels.ts";
import { adamW } from "./adam-w.ts";
import { type Floats, floats, wrap } from "./memory.ts";
import { addScaledRows } from "./rows.ts";
import { eachEntry } from "./sparse-codes.ts";
import { normaliseRows, removeParallel } from "./unit-norm.ts";

/** The readable form: the gradient as a matrix, then its projection, Adam and unit rows one after another. */
export function sparseAdam(
  weights: Tensor,
  moment1: Tensor,
  moment2: Tensor,
  codes: SparseCodes,
  coefficients: Tensor,
  x: Tensor,
  options: SparseAdamOptions,
): void {
  const gradient = differentiate(codes, coefficients, x, weights, options);
  adamW(weights, moment1, moment2, gradient, options.gradientScale, options);
  if (options.normalise) normaliseRows(weights, weights);
}

export function sparseGradientNorm(
  out: Tensor,
  codes: SparseCodes,
  coefficients: Tensor,
  x: Tensor,
  weights: Tensor,
  gradient: SparseGradientOptions,
  options?: { readonly accumulate?: boolean },
): void {
  let total = options?.accumulate ? floats(out)[0]! : 0;
  for (const value of floats(differentiate(codes, coefficients, x, weights, gradient))) total += value * value;
  floats(out)[0] = total;
}

/** The gradient by the weights, [m, d]. */
function differentiate(
  codes: SparseCodes,
  coefficients: Tensor,
  x: Tensor,
  weights: Tensor,
  { shift, rowFactors, project }: SparseGradientOptions,
): Tensor {
  const [m, d] = weights.shape as [number, number];
  const gradient = wrap(new Float64Array(m * d), [m, d]);
  const factors = floats(coefficients);
  const inputs = floats(x);
  const origin: Floats = shift ? floats(shift) : new Float64Array(d);
  const sums = floats(gradient);
  eachEntry(codes, (i, k) => {
    const row = Math.floor(k / codes.capacity) * d;
    for (let j = 0; j < d; j++) {
      sums[i * d + j] = sums[i * d + j]! + factors[k]! * (inputs[row + j]! - origin[j]!);
    }
  });
  if (rowFactors) addScaledRows(gradient, weights, rowFactors);
  if (project) removeParallel(gradient, weights);
  return gradient;
}
