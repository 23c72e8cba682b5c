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
  /** Of encoder and decoder row: their cosine, or their product where that was what was split by. */
  readonly alignment: number;
}

/** One number a feature for each of the three. */
type Columns = readonly [Float64Array, Float64Array, Float64Array];
type Point = readonly [number, number, number];
type Axis = 0 | 1 | 2;

const axes: readonly Axis[] = [0, 1, 2];
const ITERATIONS = 50;
const RIDGE = 1e-9;

/** Clusters this many deviations and decades of density apart are two. */
export const TWO_CLUSTERS = { separation: 4, decades: 1 } as const;

/** Whether the two groups are clusters of their own, and not the halves of one. */
export function areTwoClusters({ separation, low, high }: DensityModes): boolean {
  return separation >= TWO_CLUSTERS.separation && high.logDensity - low.logDensity >= TWO_CLUSTERS.decades;
}

/**
 * Splits features in two by 2-means over (log density, encoder bias, alignment), each in standard deviations: the three in
 * which the paper's ultralow cluster separates where densities alone overlap (appendix on feature density). Null where all
 * features are alike.
 */
export function separateDensityModes(features: ModeFeatures): DensityModes | null {
  return splitDensityModes(features)?.modes ?? null;
}

/** What of each feature [features] a split looks at, from its firings within a number of vectors. */
export interface ModeFeatures {
  readonly counts: Int32Array;
  readonly window: number;
  readonly encoderBias: Float32Array;
  readonly alignment: Float32Array;
}

/** The same split, with the features of the group that fires less marked by 1. */
export function splitDensityModes({
  counts,
  window,
  encoderBias,
  alignment,
}: ModeFeatures): { readonly modes: DensityModes; readonly inLow: Uint8Array } | null {
  const raw: Columns = [
    logDensities(counts, window),
    Float64Array.from(encoderBias, finite),
    Float64Array.from(alignment, finite),
  ];
  const points = standardise(raw);
  const inLow = splitInTwo(points);
  const low = measureGroup(points, inLow, 1);
  const high = measureGroup(points, inLow, 0);
  if (low.size === 0 || high.size === 0) return null;
  const separation = measureSeparation(points, inLow, low, high);
  return { inLow, modes: { separation, low: describeCentre(raw, inLow, 1), high: describeCentre(raw, inLow, 0) } };
}

/** log10 of each feature's density; a silent feature counts as half a firing. */
export function logDensities(counts: Int32Array, window: number): Float64Array {
  return Float64Array.from(counts, (count) => Math.log10(Math.max(count, 0.5) / window));
}

interface Group {
  readonly size: number;
  readonly mean: Point;
}

function describeCentre(raw: Columns, inLow: Uint8Array, group: 0 | 1): ModeCentre {
  const { size, mean } = measureGroup(raw, inLow, group);
  return { features: size, logDensity: mean[0], encoderBias: mean[1], alignment: mean[2] };
}

function measureGroup(columns: Columns, inLow: Uint8Array, group: 0 | 1): Group {
  const size = inLow.reduce((sum, value) => sum + Number(value === group), 0);
  return {
    size,
    mean: mapAxes((axis) => {
      const column = columns[axis];
      let sum = 0;
      for (let i = 0; i < column.length; i++) if (inLow[i] === group) sum += column[i]!;
      return sum / size;
    }),
  };
}

function standardise(columns: Columns): Columns {
  const standardiseColumn = (column: Float64Array): Float64Array => {
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
    const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
    return column.map((value) => (value - mean) * scale);
  };
  return [standardiseColumn(columns[0]), standardiseColumn(columns[1]), standardiseColumn(columns[2])];
}

/** 2-means from the split of log densities at their mean; 1 where a point belongs to the group of lower density. */
function splitInTwo(points: Columns): Uint8Array {
  const inLow = Uint8Array.from(points[0], (density) => Number(density < 0));
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const low = measureGroup(points, inLow, 1);
    const high = measureGroup(points, inLow, 0);
    if (low.size === 0 || high.size === 0) return inLow;
    if (!assign(points, inLow, low.mean, high.mean)) break;
  }
  const isInverted = measureGroup(points, inLow, 1).mean[0] > measureGroup(points, inLow, 0).mean[0];
  return isInverted ? inLow.map((value) => 1 - value) : inLow;
}

/** Gives each point to the nearer mean; whether any changed. */
function assign([x, y, z]: Columns, inLow: Uint8Array, low: Point, high: Point): boolean {
  let changed = false;
  for (let i = 0; i < inLow.length; i++) {
    const toLow = (x[i]! - low[0]) ** 2 + (y[i]! - low[1]) ** 2 + (z[i]! - low[2]) ** 2;
    const toHigh = (x[i]! - high[0]) ** 2 + (y[i]! - high[1]) ** 2 + (z[i]! - high[2]) ** 2;
    const nearer = Number(toLow < toHigh);
    if (nearer !== inLow[i]) changed = true;
    inLow[i] = nearer;
  }
  return changed;
}

/** Fisher's discriminant: sqrt(d' W^-1 d) with d the difference of the means and W the pooled covariance. */
function measureSeparation(points: Columns, inLow: Uint8Array, low: Group, high: Group): number {
  const difference = mapAxes((axis) => high.mean[axis] - low.mean[axis]);
  const covariance = axes.map((row) =>
    axes.map((column) => {
      const [a, b] = [points[row], points[column]];
      let sum = 0;
      for (let i = 0; i < inLow.length; i++) {
        const { mean } = inLow[i] === 1 ? low : high;
        sum += (a[i]! - mean[row]) * (b[i]! - mean[column]);
      }
      return sum / inLow.length + (row === column ? RIDGE : 0);
    }),
  );
  const solved = solve(covariance, difference);
  return Math.sqrt(Math.max(0, difference[0] * solved[0] + difference[1] * solved[1] + difference[2] * solved[2]));
}

/** Solves a symmetric positive definite 3 x 3 system by Cramer's rule. */
function solve(matrix: readonly (readonly number[])[], vector: Point): Point {
  const determinant = determinantOf(matrix);
  const replace = (column: Axis) =>
    matrix.map((row, r) => row.map((value, c) => (c === column ? vector[r as Axis] : value)));
  return mapAxes((column) => determinantOf(replace(column)) / determinant);
}

function determinantOf(m: readonly (readonly number[])[]): number {
  const [a, b, c] = m as readonly [readonly number[], readonly number[], readonly number[]];
  return (
    a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
    a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
    a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)
  );
}

function mapAxes(value: (axis: Axis) => number): Point {
  return [value(0), value(1), value(2)];
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
