import type { GemmOptions, Tensor } from "../kernels.ts";
import { activationFunction } from "./activation.ts";
import { type Floats, floats } from "./memory.ts";

/** Row by row, each row summed in 64 bits over k in ascending order, whatever the storage. */
export function gemm(out: Tensor, a: Tensor, b: Tensor, options: GemmOptions = {}): void {
  const [M, N] = out.shape as [number, number];
  const K = options.transposeA ? a.shape[0]! : a.shape[1]!;
  const product = floats(out);
  const left = floats(a);
  const right = options.transposeB ? transposed(floats(b), N, K) : floats(b);
  const rowStride = options.transposeA ? 1 : K;
  const stride = options.transposeA ? M : 1;
  const row = new Float64Array(N);
  for (let i = 0; i < M; i++) {
    row.fill(0);
    for (let k = 0; k < K; k++) addMultiple(row, left[i * rowStride + k * stride]!, right, k * N);
    storeRow(product, i * N, row, options);
  }
}

function addMultiple(row: Float64Array, factor: number, values: Floats, start: number): void {
  for (let j = 0; j < row.length; j++) row[j] = row[j]! + factor * values[start + j]!;
}

function storeRow(product: Floats, start: number, row: Float64Array, options: GemmOptions): void {
  const { scale = 1, epilogue = "none" } = options;
  const bias = options.bias ? floats(options.bias) : null;
  const activation = epilogue === "none" ? null : activationFunction(epilogue).value;
  for (let j = 0; j < row.length; j++) {
    const sum = scale * row[j]! + (bias ? bias[j]! : 0) + (options.accumulate ? product[start + j]! : 0);
    product[start + j] = activation ? activation(sum) : sum;
  }
}

/** [rows, columns] turned into [columns, rows]. */
function transposed(values: Floats, rows: number, columns: number): Floats {
  const turned = values.slice();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j]!;
  }
  return turned;
}
