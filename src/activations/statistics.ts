import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { UserError } from "../numerics/user-error.ts";

/** What a sample of activations looks like. */
export interface ActivationStatistics {
  /** Rows measured. */
  readonly rows: number;
  readonly mean: Float32Array; // [width]
  /** Of the first `medianRows` rows. */
  readonly geometricMedian: Float32Array; // [width]
  /** Share of the numbers that are not zero. */
  readonly fractionNonZero: number;
  /** Mean Euclidean length of a row. */
  readonly meanNorm: number;
}

export interface MeasureOptions {
  /** Rows to measure at most. */
  readonly limit: number;
  /** Rows of which the geometric median is taken at most; 16,384 if absent. */
  readonly medianRows?: number;
}

const MEDIAN_TOLERANCE = 1e-5;
const MEDIAN_ITERATIONS = 200;
const SMALLEST_DISTANCE = 1e-8;

/** Mean, geometric median and sparsity of rows [any, width], yielding the rows measured so far; a `UserError` where there are none. */
export async function* measureActivations(
  kernels: Kernels,
  rows: AsyncIterable<Tensor> | Iterable<Tensor>,
  options: MeasureOptions,
): AsyncGenerator<number, ActivationStatistics> {
  const medianRows = Math.min(options.limit, options.medianRows ?? 16_384);
  const totals = { rows: 0, sums: new Float64Array(0), nonZero: 0, norms: 0 };
  let sample: Tensor | undefined; // [medianRows, width]
  let sampled = 0;
  for await (const tensor of rows) {
    const width = tensor.shape[1]!;
    const count = Math.min(tensor.shape[0]!, options.limit - totals.rows);
    const data = await kernels.read(kernels.rows(tensor, 0, count));
    if (totals.rows === 0) totals.sums = new Float64Array(width);
    addRows(totals, data, width);
    if (sampled < medianRows) {
      const taken = Math.min(count, medianRows - sampled);
      sample ??= kernels.create([medianRows, width]);
      kernels.copy(kernels.rows(sample, sampled, taken), kernels.rows(tensor, 0, taken));
      sampled += taken;
    }
    yield totals.rows;
    if (totals.rows >= options.limit) break;
  }
  if (sample === undefined) throw new UserError("no activations to measure: the corpus holds no whole context");
  const width = totals.sums.length;
  const mean = Float32Array.from(totals.sums, (sum) => sum / totals.rows);
  const geometricMedian = await measureGeometricMedian(kernels, kernels.rows(sample, 0, sampled), mean);
  kernels.release(sample);
  return {
    rows: totals.rows,
    mean,
    geometricMedian,
    fractionNonZero: totals.nonZero / (totals.rows * width),
    meanNorm: totals.norms / totals.rows,
  };
}

/**
 * The point with the least sum of distances to the rows of x [rows, width], by Weiszfeld's iteration from `start` until it
 * moves by less than 1e-5 of its length.
 */
export async function measureGeometricMedian(kernels: Kernels, x: Tensor, start: Float32Array): Promise<Float32Array> {
  const [N, D] = [x.shape[0]!, x.shape[1]!];
  const differences = kernels.create([N, D]);
  const squaredDistances = kernels.create([N]);
  const point = kernels.upload(start, [D]);
  const weights = kernels.create([1, N]);
  const next = kernels.create([1, D]);
  let median = start;
  for (let iteration = 0; iteration < MEDIAN_ITERATIONS; iteration++) {
    kernels.write(point, median);
    kernels.addRow(differences, x, point, -1);
    kernels.rowSquaredNorms(squaredDistances, differences);
    kernels.write(weights, inverseDistances(await kernels.read(squaredDistances)));
    kernels.gemm(next, weights, x);
    const moved = await kernels.read(next);
    const settled = distance(moved, median) <= MEDIAN_TOLERANCE * (1e-12 + norm(moved));
    median = moved;
    if (settled) break;
  }
  for (const tensor of [differences, squaredDistances, point, weights, next]) kernels.release(tensor);
  return median;
}

/** Weights proportional to 1 / distance with sum 1; a point on top of the estimate gets a large finite weight. */
function inverseDistances(squared: Float32Array): Float32Array {
  const inverse = Float64Array.from(squared, (value) => 1 / Math.max(Math.sqrt(value), SMALLEST_DISTANCE));
  const total = inverse.reduce((sum, value) => sum + value, 0);
  return Float32Array.from(inverse, (value) => value / total);
}

function addRows(
  totals: { rows: number; sums: Float64Array; nonZero: number; norms: number },
  data: Float32Array,
  width: number,
): void {
  for (let first = 0; first < data.length; first += width) {
    let squares = 0;
    for (let column = 0; column < width; column++) {
      const value = data[first + column]!;
      totals.sums[column] = totals.sums[column]! + value;
      squares += value * value;
      if (value !== 0) totals.nonZero++;
    }
    totals.norms += Math.sqrt(squares);
    totals.rows++;
  }
}

function norm(a: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, index) => sum + (value - b[index]!) ** 2, 0));
}
