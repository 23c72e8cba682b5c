import type { Tensor } from "../kernels.ts";
import { floats } from "./memory.ts";

export function normaliseRows(out: Tensor, a: Tensor): void {
  const [M, N] = a.shape as [number, number];
  const result = floats(out);
  const values = floats(a);
  for (let r = 0; r < M; r++) {
    let squares = 0;
    for (let i = r * N; i < (r + 1) * N; i++) squares += values[i]! * values[i]!;
    const factor = squares === 0 ? 0 : 1 / Math.sqrt(squares);
    for (let i = r * N; i < (r + 1) * N; i++) result[i] = factor * values[i]!;
  }
}

/** A zero direction removes nothing. */
export function removeParallel(gradient: Tensor, direction: Tensor): void {
  const [M, N] = gradient.shape as [number, number];
  const gradients = floats(gradient);
  const directions = floats(direction);
  for (let r = 0; r < M; r++) {
    let product = 0;
    let squares = 0;
    for (let i = r * N; i < (r + 1) * N; i++) {
      product += gradients[i]! * directions[i]!;
      squares += directions[i]! * directions[i]!;
    }
    const factor = squares === 0 ? 0 : product / squares;
    for (let i = r * N; i < (r + 1) * N; i++) gradients[i] = gradients[i]! - factor * directions[i]!;
  }
}
