import type { Tensor } from "../kernels.ts";
import { floats, ints } from "./memory.ts";

export function fill(out: Tensor, value: number): void {
  (out.dtype === "int32" ? ints(out) : floats(out)).fill(value);
}

export function copy(out: Tensor, source: Tensor): void {
  if (out.dtype === "int32") ints(out).set(ints(source));
  else floats(out).set(floats(source));
}

export function addScaled(out: Tensor, a: Tensor, b: Tensor, factor: number): void {
  const sum = floats(out);
  const first = floats(a);
  const second = floats(b);
  for (let i = 0; i < sum.length; i++) sum[i] = first[i]! + factor * second[i]!;
}

export function scale(out: Tensor, a: Tensor, factor: number): void {
  const product = floats(out);
  const values = floats(a);
  for (let i = 0; i < product.length; i++) product[i] = factor * values[i]!;
}

export function sum(out: Tensor, a: Tensor): void {
  const values = floats(a);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  floats(out)[0] = total;
}

export function sumOfSquares(out: Tensor, a: Tensor, options?: { readonly accumulate?: boolean }): void {
  const values = floats(a);
  let total = options?.accumulate ? floats(out)[0]! : 0;
  for (let i = 0; i < values.length; i++) total += values[i]! * values[i]!;
  floats(out)[0] = total;
}
