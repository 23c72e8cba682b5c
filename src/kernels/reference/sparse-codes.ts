import type { SparseCodes, SparseResidualOptions, Tensor } from "../kernels.ts";
import { addScaled, scale, sumOfSquares } from "./element-wise.ts";
import { createRowProduct } from "./gemm.ts";
import { type Floats, floats, ints } from "./memory.ts";

/** Dimensions: B rows, m columns of the sparse matrix, d width of the dense vectors. */

export function compact(codes: SparseCodes, dense: Tensor, threshold?: Tensor): void {
  const [B, m] = dense.shape as [number, number];
  const values = floats(dense);
  const least = threshold ? floats(threshold)[0]! : 0;
  for (let b = 0; b < B; b++) keepPositive(codes, b, values.subarray(b * m, (b + 1) * m), least);
}

export function encodeSparse(codes: SparseCodes, x: Tensor, weights: Tensor, bias: Tensor): void {
  const [B, d] = x.shape as [number, number];
  const m = weights.shape[0]!;
  const inputs = new Float64Array(floats(x));
  const multiply = createRowProduct(floats(weights), m, d, B);
  const offsets = floats(bias);
  const row = new Float64Array(m);
  for (let b = 0; b < B; b++) {
    multiply(row, inputs.subarray(b * d, (b + 1) * d));
    for (let i = 0; i < m; i++) row[i] = row[i]! + offsets[i]!;
    keepPositive(codes, b, row);
  }
}

/** Overwrites row b with the positive entries and NaN of `row`, less those below `least`. */
export function keepPositive(codes: SparseCodes, b: number, row: Floats, least = 0): void {
  const { capacity } = codes;
  const indices = ints(codes.indices);
  const values = floats(codes.values);
  let count = 0;
  for (let i = 0; i < row.length; i++) {
    if (row[i]! <= 0 || row[i]! < least) continue;
    if (count < capacity) {
      indices[b * capacity + count] = i;
      values[b * capacity + count] = row[i]!;
    }
    count++;
  }
  ints(codes.counts)[b] = count;
}

export function sparseDecode(
  out: Tensor,
  codes: SparseCodes,
  coefficients: Tensor,
  weights: Tensor,
  bias: Tensor | null,
): void {
  const d = out.shape[1]!;
  const result = floats(out);
  const factors = floats(coefficients);
  const matrix = floats(weights);
  const indices = ints(codes.indices);
  const row = new Float64Array(d);
  eachRow(codes, (b, first, last) => {
    row.fill(0);
    if (bias) row.set(floats(bias));
    for (let k = first; k < last; k++) {
      const start = indices[k]! * d;
      for (let j = 0; j < d; j++) row[j] = row[j]! + factors[k]! * matrix[start + j]!;
    }
    result.set(row, b * d);
  });
}

export function sparseDot(out: Tensor, codes: SparseCodes, x: Tensor, weights: Tensor, offsets: Tensor | null): void {
  const d = x.shape[1]!;
  const result = floats(out);
  const inputs = floats(x);
  const matrix = floats(weights);
  const indices = ints(codes.indices);
  eachRow(codes, (b, first, last) => {
    for (let k = first; k < last; k++) {
      let total = offsets ? floats(offsets)[indices[k]!]! : 0;
      for (let j = 0; j < d; j++) total += inputs[b * d + j]! * matrix[indices[k]! * d + j]!;
      result[k] = total;
    }
  });
}

export function sparseResidual(
  residual: Tensor,
  squaredErrors: Tensor,
  dots: Tensor,
  codes: SparseCodes,
  x: Tensor,
  weights: Tensor,
  { bias, offsets, factor }: SparseResidualOptions,
): void {
  sparseDecode(residual, codes, codes.values, weights, bias);
  addScaled(residual, residual, x, -1);
  sumOfSquares(squaredErrors, residual, { accumulate: true });
  scale(residual, residual, factor);
  sparseDot(dots, codes, residual, weights, offsets);
}

export function sparseOuter(out: Tensor, codes: SparseCodes, coefficients: Tensor, x: Tensor): void {
  const d = x.shape[1]!;
  const result = floats(out);
  const factors = floats(coefficients);
  const inputs = floats(x);
  const indices = ints(codes.indices);
  eachRow(codes, (b, first, last) => {
    for (let k = first; k < last; k++) {
      const start = indices[k]! * d;
      for (let j = 0; j < d; j++) result[start + j] = result[start + j]! + factors[k]! * inputs[b * d + j]!;
    }
  });
}

export function sparseColumnSums(out: Tensor, codes: SparseCodes, coefficients: Tensor): void {
  const sums = floats(out);
  const factors = floats(coefficients);
  eachEntry(codes, (i, k) => {
    sums[i] = sums[i]! + factors[k]!;
  });
}

export function sparseColumnCounts(out: Tensor, codes: SparseCodes): void {
  const counts = ints(out);
  eachEntry(codes, (i) => {
    counts[i] = counts[i]! + 1;
  });
}

export function sparseColumnMaxima(out: Tensor, codes: SparseCodes): void {
  const maxima = floats(out);
  const values = floats(codes.values);
  eachEntry(codes, (i, k) => {
    maxima[i] = Math.max(maxima[i]!, values[k]!);
  });
}

/** Calls `visit(b, first, last)` with the range of the row's entries. */
function eachRow(codes: SparseCodes, visit: (b: number, first: number, last: number) => void): void {
  ints(codes.counts).forEach((count, b) => {
    const first = b * codes.capacity;
    visit(b, first, first + Math.min(count, codes.capacity));
  });
}

/** Calls `visit(column, position)` for each entry, row by row. */
export function eachEntry(codes: SparseCodes, visit: (i: number, k: number) => void): void {
  const indices = ints(codes.indices);
  eachRow(codes, (_, first, last) => {
    for (let k = first; k < last; k++) visit(indices[k]!, k);
  });
}
