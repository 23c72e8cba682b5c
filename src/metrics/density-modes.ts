/** Two groups of features that differ in log density, encoder bias and alignment of encoder and decoder row. */
export interface DensityModes {
  /**
   * Distance of the two groups' means in standard deviations within a group, along the direction that separates them best.
   * Halving a normal distribution gives 2.7 and a uniform one 3.5, so 4 and more means two groups.
   */
  readonly separation: number;
  /** The group that fires less. */
  readonly low: ModeCentre;
  readonly high: ModeCentre;
}

/** A group's size and means. */
export interface ModeCentre {
  readonly features: number;
  /** log10; a silent feature counts as half a firing. */
  readonly logDensity: number;
  readonly encoderBias: number;
  /** Cosine of encoder and decoder row. */
  readonly alignment: number;
}

type Point = readonly [number, number, number];

const ITERATIONS = 50;
const RIDGE = 1e-9;

/**
 * Splits features in two by 2-means over (log density, encoder bias, alignment), each in standard deviations: the three in
 * which the paper's ultralow cluster separates where densities alone overlap (appendix on feature density). Null where all
 * features are alike.
 */
export function separateDensityModes(features: {
  readonly counts: Int32Array;
  readonly window: number;
  readonly encoderBias: Float32Array;
  readonly alignment: Float32Array;
}): DensityModes | null {
  const { counts, window, encoderBias, alignment } = features;
  const raw = Array.from(
    counts,
    (count, i): Point => [Math.log10(Math.max(count, 0.5) / window), encoderBias[i]!, finite(alignment[i]!)],
  );
  const points = standardise(raw);
  const inLow = splitInTwo(points);
  const low = raw.filter((_, i) => inLow[i]);
  const high = raw.filter((_, i) => !inLow[i]);
  if (low.length === 0 || high.length === 0) return null;
  const separation = measureSeparation(
    points.filter((_, i) => inLow[i]),
    points.filter((_, i) => !inLow[i]),
  );
  return { separation, low: describeCentre(low), high: describeCentre(high) };
}

function describeCentre(group: readonly Point[]): ModeCentre {
  const [logDensity, encoderBias, alignment] = meanOf(group);
  return { features: group.length, logDensity, encoderBias, alignment };
}

function standardise(points: readonly Point[]): Point[] {
  const mean = meanOf(points);
  const scale = axes.map((axis) => {
    const variance = points.reduce((sum, point) => sum + (point[axis] - mean[axis]) ** 2, 0) / points.length;
    return variance > 0 ? 1 / Math.sqrt(variance) : 0;
  });
  return points.map((point) => mapPoint((axis) => (point[axis] - mean[axis]) * scale[axis]!));
}

/** 2-means from the split of log densities at their mean; true where a point belongs to the group of lower density. */
function splitInTwo(points: readonly Point[]): boolean[] {
  let inLow = points.map(([density]) => density < 0);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const low = points.filter((_, i) => inLow[i]);
    const high = points.filter((_, i) => !inLow[i]);
    if (low.length === 0 || high.length === 0) return inLow;
    const [lowMean, highMean] = [meanOf(low), meanOf(high)];
    const next = points.map((point) => squaredDistance(point, lowMean) < squaredDistance(point, highMean));
    if (next.every((value, i) => value === inLow[i])) break;
    inLow = next;
  }
  return orderByDensity(points, inLow);
}

function orderByDensity(points: readonly Point[], inLow: boolean[]): boolean[] {
  const [low] = meanOf(points.filter((_, i) => inLow[i]));
  const [high] = meanOf(points.filter((_, i) => !inLow[i]));
  return low <= high ? inLow : inLow.map((value) => !value);
}

/** Fisher's discriminant: sqrt(d' W^-1 d) with d the difference of the means and W the pooled covariance. */
function measureSeparation(low: readonly Point[], high: readonly Point[]): number {
  const [lowMean, highMean] = [meanOf(low), meanOf(high)];
  const difference = mapPoint((axis) => highMean[axis] - lowMean[axis]);
  const covariance = axes.map((row) =>
    axes.map((column) => {
      const sum = (group: readonly Point[], mean: Point) =>
        group.reduce((total, point) => total + (point[row] - mean[row]) * (point[column] - mean[column]), 0);
      return (sum(low, lowMean) + sum(high, highMean)) / (low.length + high.length) + (row === column ? RIDGE : 0);
    }),
  );
  const solved = solve(covariance, difference);
  return Math.sqrt(Math.max(0, difference[0] * solved[0] + difference[1] * solved[1] + difference[2] * solved[2]));
}

/** Solves a symmetric positive definite 3 x 3 system by Cramer's rule. */
function solve(matrix: readonly (readonly number[])[], vector: Point): Point {
  const determinant = determinantOf(matrix);
  return mapPoint(
    (column) =>
      determinantOf(matrix.map((row, r) => row.map((value, c) => (c === column ? vector[r as Axis] : value)))) /
      determinant,
  );
}

function determinantOf(m: readonly (readonly number[])[]): number {
  const [a, b, c] = m as readonly [readonly number[], readonly number[], readonly number[]];
  return (
    a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
    a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
    a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)
  );
}

type Axis = 0 | 1 | 2;
const axes: readonly Axis[] = [0, 1, 2];

function mapPoint(value: (axis: Axis) => number): Point {
  return [value(0), value(1), value(2)];
}

function meanOf(points: readonly Point[]): Point {
  return mapPoint((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
}

function squaredDistance(a: Point, b: Point): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
