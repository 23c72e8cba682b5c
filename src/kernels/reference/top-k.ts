import type { SparseCodes, Tensor } from "../kernels.ts";
import { floats } from "./memory.ts";
import { keepPositive } from "./sparse-codes.ts";

export function selectTopK(codes: SparseCodes, dense: Tensor, k: number): void {
  const [B, m] = dense.shape as [number, number];
  const values = floats(dense);
  for (let b = 0; b < B; b++) {
    const row = Float64Array.from(values.subarray(b * m, (b + 1) * m));
    const order = Array.from(row.keys()).sort((i, j) => row[j]! - row[i]! || i - j);
    for (const i of order.slice(k)) row[i] = 0;
    keepPositive(codes, b, row);
  }
}

export function batchTopKThreshold(out: Tensor, dense: Tensor, count: number): void {
  const positive = Float64Array.from(floats(dense))
    .filter((value) => value > 0)
    .sort()
    .reverse();
  floats(out)[0] = positive[Math.min(count, positive.length) - 1] ?? 0;
}
