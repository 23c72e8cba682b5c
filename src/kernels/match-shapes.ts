import type { Dtype, Tensor } from "./kernels.ts";

type Dimension = string | number;
/** A tensor with the shape it must have; equal names stand for equal sizes. */
export type Expectation = readonly [name: string, tensor: Tensor, shape: readonly Dimension[], dtype?: Dtype];

/** Number of elements of a shape. */
export function countElements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Binds the named dimensions of every expectation to sizes, the first use deciding; throws `Error` on the first mismatch. */
export function matchShapes(op: string, ...expectations: readonly Expectation[]): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const [name, tensor, shape, dtype = "float32"] of expectations) {
    const wanted = shape.map((dimension) => (typeof dimension === "number" ? dimension : sizes[dimension]));
    const fits =
      wanted.length === tensor.shape.length && wanted.every((s, i) => (s ?? tensor.shape[i]) === tensor.shape[i]);
    if (!fits || tensor.dtype !== dtype) {
      const listed = wanted.map((size, i) => size ?? shape[i]).join(", ");
      throw new Error(`${op}: ${name} is ${tensor.dtype} [${tensor.shape.join(", ")}], wanted ${dtype} [${listed}]`);
    }
    for (const [i, dimension] of shape.entries()) {
      if (typeof dimension === "string") sizes[dimension] = tensor.shape[i]!;
    }
  }
  return sizes;
}

/** Throws `Error` unless it holds. */
export function requireThat(op: string, holds: boolean, got: string, wanted: string): void {
  if (!holds) throw new Error(`${op}: ${got}, wanted ${wanted}`);
}

/** Throws `Error` unless all tensors have the first one's shape and dtype. */
export function requireAlike(op: string, first: Tensor, rest: Record<string, Tensor>): void {
  for (const [name, tensor] of Object.entries(rest)) matchShapes(op, [name, tensor, first.shape, first.dtype]);
}
