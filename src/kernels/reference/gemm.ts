import type { GemmOptions, Tensor } from "../kernels.ts";
import { activationFunction } from "./activation.ts";
import { type Floats, floats } from "./memory.ts";

/** Row by row, each row summed in 64 bits over k in ascending order, whatever the storage. */
export function gemm(out: Tensor, a: Tensor, b: Tensor, options: GemmOptions = {}): void {
  const [M, N] = out.shape as [number, number];
  const K = options.transposeA ? a.shape[0]! : a.shape[1]!;
  const product = floats(out);
  const left = options.transposeA ? transposed(floats(a), K, M) : new Float64Array(floats(a));
  const multiply = options.transposeB ? createRowProduct(floats(b), N, K, M) : multiplyBy(new Float64Array(floats(b)));
  const row = new Float64Array(N);
  for (let i = 0; i < M; i++) {
    multiply(row, left.subarray(i * K, (i + 1) * K));
    storeRow(product, i * N, row, options);
  }
}

/** row [N] = a function of factors [K]. */
type RowProduct = (row: Float64Array, factors: Float64Array) => void;

/** Fewer rows than this do not repay the turning of a matrix. */
const ROWS_REPAYING_A_TURN = 4;

/** row[j] = sum over k of factors[k] * matrix[j, k], for matrix [N, K] and about `rows` calls; k in ascending order either way. */
export function createRowProduct(matrix: Floats, N: number, K: number, rows: number): RowProduct {
  if (rows >= ROWS_REPAYING_A_TURN) return multiplyBy(transposed(matrix, N, K));
  return (row, factors) => dotRows(row, factors, matrix);
}

function multiplyBy(matrix: Float64Array): RowProduct {
  return (row, factors) => multiplyRow(row, factors, matrix);
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

/** row[j] = sum over k of factors[k] * matrix[k, j], four k at a time. */
function multiplyRow(row: Float64Array, factors: Float64Array, matrix: Float64Array): void {
  const N = row.length;
  const K = factors.length;
  row.fill(0);
  let k = 0;
  for (; k + 4 <= K; k += 4) {
    const [f0, f1, f2, f3] = [factors[k]!, factors[k + 1]!, factors[k + 2]!, factors[k + 3]!];
    const start = k * N;
    for (let j = 0; j < N; j++) {
      const i = start + j;
      row[j] = row[j]! + f0 * matrix[i]! + f1 * matrix[i + N]! + f2 * matrix[i + 2 * N]! + f3 * matrix[i + 3 * N]!;
    }
  }
  for (; k < K; k++) {
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
