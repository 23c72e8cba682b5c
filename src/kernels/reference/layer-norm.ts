import type { Tensor } from "../kernels.ts";
import { floats } from "./memory.ts";

export function layerNorm(
  out: Tensor,
  mean: Tensor,
  inverseDeviation: Tensor,
  x: Tensor,
  gain: Tensor,
  bias: Tensor,
  epsilon: number,
): void {
  const [N, D] = x.shape as [number, number];
  const result = floats(out);
  const values = floats(x);
  const gains = floats(gain);
  const offsets = floats(bias);
  for (let r = 0; r < N; r++) {
    let total = 0;
    for (let i = r * D; i < (r + 1) * D; i++) total += values[i]!;
    const centre = total / D;
    let squares = 0;
    for (let i = r * D; i < (r + 1) * D; i++) squares += (values[i]! - centre) ** 2;
    const factor = 1 / Math.sqrt(squares / D + epsilon);
    for (let j = 0; j < D; j++) result[r * D + j] = gains[j]! * (values[r * D + j]! - centre) * factor + offsets[j]!;
    floats(mean)[r] = centre;
    floats(inverseDeviation)[r] = factor;
  }
}

/** With n = (x - mean) / deviation and g = gain * dOut: dX += (g - mean(g) - n mean(g n)) / deviation. */
export function layerNormBackward(
  dX: Tensor,
  dGain: Tensor,
  dBias: Tensor,
  dOut: Tensor,
  x: Tensor,
  gain: Tensor,
  mean: Tensor,
  inverseDeviation: Tensor,
): void {
  const [N, D] = x.shape as [number, number];
  const result = floats(dX);
  const incoming = floats(dOut);
  const values = floats(x);
  const gains = floats(gain);
  const gainTotals = Float64Array.from(floats(dGain));
  const biasTotals = Float64Array.from(floats(dBias));
  for (let r = 0; r < N; r++) {
    const centre = floats(mean)[r]!;
    const factor = floats(inverseDeviation)[r]!;
    let sum = 0;
    let product = 0;
    for (let j = 0; j < D; j++) {
      const normal = (values[r * D + j]! - centre) * factor;
      const gradient = incoming[r * D + j]!;
      gainTotals[j]! += gradient * normal;
      biasTotals[j]! += gradient;
      sum += gradient * gains[j]!;
      product += gradient * gains[j]! * normal;
    }
    for (let j = 0; j < D; j++) {
      const normal = (values[r * D + j]! - centre) * factor;
      result[r * D + j]! += (incoming[r * D + j]! * gains[j]! - sum / D - (normal * product) / D) * factor;
    }
  }
  floats(dGain).set(gainTotals);
  floats(dBias).set(biasTotals);
}
