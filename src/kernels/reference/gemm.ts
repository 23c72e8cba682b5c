import type { GemmOptions, Tensor } from "../kernels.ts";
import { activationFunction } from "./activation.ts";
import { type Floats, floats } from "./memory.ts";

/** Row by row, each row summed in 64 bits over k in ascending order, whatever the storage. */
export function gemm(out: Tensor, a: Tensor, b: Tensor, options: GemmOptions = {}): void {
  const [M, N] = out.shape as [number, number];
  const K = options.transposeA ? a.shape[0]! : a.shape[1]!;
  const product = floats(out);
  const left = options.transposeA ? transposed(floats(a), K, M) : new Float64Array(floats(a));
  const multiply = createProduct(floats(b), options, { M, N, K });
  const row = new Float64Array(N);
  for (let i = 0; i < M; i++) {
    multiply(row, left.subarray(i * K, (i + 1) * K));
    storeRow(product, i * N, row, options);
  }
}

/** row [N] = a function of factors [K]. */
type RowProduct = (row: Float64Array, factors: Float64Array) => void;

function createProduct(
  b: Floats,
  { transposeB }: GemmOptions,
  { M, N, K }: Record<"M" | "N" | "K", number>,
): RowProduct {
  if (transposeB) return createRowProduct(b, N, K, M);
  const matrix = new Float64Array(b);
  const ks = Int32Array.from({ length: K }, (_, k) => k);
  return (row, factors) => multiplyRow(row, factors, matrix, ks);
}

/** Fewer rows than this do not repay the turning of a matrix. */
const ROWS_REPAYING_A_TURN = 4;

/**
 * row[j] = sum over k of factors[k] * matrix[j, k], for matrix [N, K] and about `rows` calls; k in ascending order either way. Of a
 * finite matrix, what is multiplied by 0 may be left out.
 */
export function createRowProduct(matrix: Floats, N: number, K: number, rows: number): RowProduct {
  if (rows < ROWS_REPAYING_A_TURN) return (row, factors) => dotRows(row, factors, matrix);
  const turned = transposed(matrix, N, K);
  const ks = Int32Array.from({ length: K }, (_, k) => k);
  const mayLeaveOut = turned.every(Number.isFinite);
  return (row, factors) => multiplyRow(row, factors, turned, mayLeaveOut ? ks.filter((k) => factors[k] !== 0) : ks);
}

/** row[j] = sum over k of factors[k] * matrix[j, k], four j at a time. */
function dotRows(row: Float64Array, factors: Float64Array, matrix: Floats): void {
  const K = factors.length;
  const fours = row.length - (row.length % 4);
  for (let j = 0; j < fours; j += 4) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = 0, i = j * K; k < K; k++, i++) {
      const factor = factors[k]!;
      s0 += factor * matrix[i]!;
      s1 += factor * matrix[i + K]!;
      s2 += factor * matrix[i + 2 * K]!;
      s3 += factor * matrix[i + 3 * K]!;
    }
    row.set([s0, s1, s2, s3], j);
  }
  for (let j = fours; j < row.length; j++) {
    row[j] = 0;
    for (let k = 0; k < K; k++) row[j] = row[j]! + factors[k]! * matrix[j * K + k]!;
  }
}

/** row[j] = sum over the given k of factors[k] * matrix[k, j], four k at a time. */
function multiplyRow(row: Float64Array, factors: Float64Array, matrix: Float64Array, ks: Int32Array): void {
  const N = row.length;
  row.fill(0);
  let i = 0;
  for (; i + 4 <= ks.length; i += 4) {
    const [k0, k1, k2, k3] = [ks[i]!, ks[i + 1]!, ks[i + 2]!, ks[i + 3]!];
    const [f0, f1, f2, f3] = [factors[k0]!, factors[k1]!, factors[k2]!, factors[k3]!];
    const [m0, m1, m2, m3] = [k0 * N, k1 * N, k2 * N, k3 * N];
    for (let j = 0; j < N; j++) {
      row[j] = row[j]! + f0 * matrix[m0 + j]! + f1 * matrix[m1 + j]! + f2 * matrix[m2 + j]! + f3 * matrix[m3 + j]!;
    }
  }
  for (; i < ks.length; i++) {
    const k = ks[i]!;
    for (let j = 0; j < N; j++) row[j] = row[j]! + factors[k]! * matrix[k * N + j]!;
  }
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
function transposed(values: Floats, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j]!;
  }
  return turned;
}
