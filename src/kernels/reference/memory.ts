import type { Dtype, Tensor } from "../kernels.ts";
import { countElements } from "../match-shapes.ts";

/** How real numbers are stored. float64 serves as the truth in tests. */
export type Precision = "float32" | "float64";

export type Floats = Float32Array | Float64Array;

interface ArrayHandle {
  values: Floats | Int32Array;
  readonly isView: boolean;
}

/** A tensor over `values`, not copied. */
export function wrap(values: Floats | Int32Array, shape: readonly number[], isView = false): Tensor {
  const handle: ArrayHandle = { values, isView };
  return { shape: [...shape], dtype: values instanceof Int32Array ? "int32" : "float32", handle };
}

export function create(precision: Precision, shape: readonly number[], dtype: Dtype = "float32"): Tensor {
  const size = countElements(shape);
  if (dtype === "int32") return wrap(new Int32Array(size), shape);
  return wrap(precision === "float64" ? new Float64Array(size) : new Float32Array(size), shape);
}

export function upload(precision: Precision, data: Floats | Int32Array, shape: readonly number[]): Tensor {
  const tensor = create(precision, shape, data instanceof Int32Array ? "int32" : "float32");
  handleOf(tensor).values.set(data);
  return tensor;
}

export function write(tensor: Tensor, data: Floats | Int32Array): void {
  handleOf(tensor).values.set(data);
}

export function rows(tensor: Tensor, first: number, count: number): Tensor {
  const width = countElements(tensor.shape.slice(1));
  const part = handleOf(tensor).values.subarray(first * width, (first + count) * width);
  return wrap(part, [count, ...tensor.shape.slice(1)], true);
}

export function reshape(tensor: Tensor, shape: readonly number[]): Tensor {
  return wrap(handleOf(tensor).values, shape, true);
}

export function release(tensor: Tensor): void {
  const handle = handleOf(tensor);
  if (!handle.isView) handle.values = tensor.dtype === "int32" ? new Int32Array(0) : new Float32Array(0);
}

/** The live numbers of a float32 tensor (64 bits wide in the float64 truth). */
export function floats(tensor: Tensor): Floats {
  return handleOf(tensor).values as Floats;
}

/** The live numbers of an int32 tensor. */
export function ints(tensor: Tensor): Int32Array {
  return handleOf(tensor).values as Int32Array;
}

function handleOf(tensor: Tensor): ArrayHandle {
  const handle = tensor.handle as ArrayHandle;
  if (handle.values === undefined) throw new Error("the tensor belongs to another backend than reference");
  if (handle.values.length !== countElements(tensor.shape)) throw new Error("the tensor was used after its release");
  return handle;
}
