import type { SparseCodes, Tensor } from "../kernels.ts";
import { floats } from "./memory.ts";
import { keepPositive } from "./sparse-codes.ts";

export function selectTopK(codes: SparseCodes, dense: Tensor, k: number): void {
  const [B, m] = dense.shape as [number, number];
  const values = floats(dense);
  for (let b = 0; b < B; b++) {
    const row = Float64Array.from(values.subarray(b * m, (b + 1) * m));
    const order = Array.from(row.keys()).sort((i, j) => compareDown(row[i]!, row[j]!) || i - j);
    for (const i of order.slice(k)) row[i] = 0;
    keepPositive(codes, b, row);
  }
}

export function batchTopKThreshold(out: Tensor, dense: Tensor, count: number): void {
  const positive = Float64Array.from(floats(dense), (value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value))
    .filter((value) => value > 0)
    .sort()
    .reverse();
  floats(out)[0] = positive[Math.min(count, positive.length) - 1] ?? 0;
}

/** Orders numbers from the largest down, NaN before them. */
function compareDown(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  if (a === b) return 0;
  return a > b ? -1 : 1;
}
