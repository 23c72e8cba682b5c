import type { Tensor } from "../kernels.ts";
import { floats } from "./memory.ts";
import { logSumExp } from "./softmax-cross-entropy.ts";

export function klDivergence(out: Tensor, clean: Tensor, other: Tensor): void {
  const [N, V] = clean.shape as [number, number];
  const cleanValues = floats(clean);
  const otherValues = floats(other);
  for (let r = 0; r < N; r++) {
    const cleanNormaliser = logSumExp(cleanValues, r * V, V);
    const otherNormaliser = logSumExp(otherValues, r * V, V);
    let total = 0;
    for (let i = r * V; i < (r + 1) * V; i++) {
      const logProbability = cleanValues[i]! - cleanNormaliser;
      const probability = Math.exp(logProbability);
      if (probability !== 0) total += probability * (logProbability - (otherValues[i]! - otherNormaliser));
    }
    floats(out)[r] = total;
  }
}
