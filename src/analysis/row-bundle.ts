import { estimateMedian, type MedianEstimate } from "../numerics/median-interval.ts";

// Dimensions: m rows, d width.

/** How much some rows of a matrix point the same way. */
export interface RowBundle {
  /** Cosine of each row with the mean of all as unit vectors. */
  readonly toMean: MedianEstimate | null;
  /** Share of the rows for which it is above .95. */
  readonly along: number;
  /** Mean cosine over all pairs of rows; null of fewer than two. */
  readonly pairwise: number | null;
}

/** Cosine above which a row counts as one with the mean (Nanda). */
export const ALONG = 0.95;

/** The mean of the chosen rows as unit vectors, itself of norm 1; zeros where they cancel. */
export function meanDirection(matrix: Float32Array, d: number, rows: readonly number[]): Float32Array {
  const sum = sumUnitRows(matrix, d, rows);
  const norm = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
  return Float32Array.from(sum, (value) => (norm > 0 ? value / norm : 0));
}

/** How alike the chosen rows are; in time that goes with their number, not with that of their pairs. */
export function measureBundle(matrix: Float32Array, d: number, rows: readonly number[]): RowBundle {
  const sum = sumUnitRows(matrix, d, rows);
  const squares = sum.reduce((total, value) => total + value * value, 0);
  const used = rows.filter((row) => rowNorm(matrix, d, row) > 0);
  const cosines = cosinesWith(matrix, d, used, meanDirection(matrix, d, rows));
  const n = used.length;
  return {
    toMean: estimateMedian(cosines),
    along: n > 0 ? cosines.filter((cosine) => cosine > ALONG).length / n : 0,
    pairwise: n > 1 ? (squares - n) / (n * (n - 1)) : null,
  };
}

/** The cosine of each of the chosen rows with a unit vector; 0 for a row of zeros. */
export function cosinesWith(
  matrix: Float32Array,
  d: number,
  rows: readonly number[],
  direction: Float32Array,
): Float64Array {
  return Float64Array.from(rows, (row) => {
    const norm = rowNorm(matrix, d, row);
    let dot = 0;
    for (let i = 0; i < d; i++) dot += matrix[row * d + i]! * direction[i]!;
    return norm > 0 ? dot / norm : 0;
  });
}

function sumUnitRows(matrix: Float32Array, d: number, rows: readonly number[]): Float64Array {
  const sum = new Float64Array(d);
  for (const row of rows) {
    const norm = rowNorm(matrix, d, row);
    if (norm > 0) for (let i = 0; i < d; i++) sum[i] = sum[i]! + matrix[row * d + i]! / norm;
  }
  return sum;
}

function rowNorm(matrix: Float32Array, d: number, row: number): number {
  let squares = 0;
  for (let i = row * d; i < (row + 1) * d; i++) squares += matrix[i]! ** 2;
  return Math.sqrt(squares);
}
