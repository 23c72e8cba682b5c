import type { CodeBatch } from "./scan-codes.ts";

/** Moments and maximum of each feature's activation over a text; tokens on which it is silent add nothing. */
export interface Activity {
  readonly firings: Uint32Array; // [features]
  readonly sums: Float64Array; // [features]
  readonly sumsOfSquares: Float64Array; // [features]
  readonly sumsOfCubes: Float64Array; // [features]
  readonly sumsOfFourths: Float64Array; // [features]
  readonly maxima: Float32Array; // [features]
}

/** No activity yet. */
export function createActivity(features: number): Activity {
  return {
    firings: new Uint32Array(features),
    sums: new Float64Array(features),
    sumsOfSquares: new Float64Array(features),
    sumsOfCubes: new Float64Array(features),
    sumsOfFourths: new Float64Array(features),
    maxima: new Float32Array(features),
  };
}

/** Adds a batch of codes. */
export function addActivity(activity: Activity, { features, values }: CodeBatch): void {
  const { firings, sums, sumsOfSquares, sumsOfCubes, sumsOfFourths, maxima } = activity;
  for (let entry = 0; entry < features.length; entry++) {
    const feature = features[entry]!;
    const value = values[entry]!;
    firings[feature] = firings[feature]! + 1;
    sums[feature] = sums[feature]! + value;
    const square = value * value;
    sumsOfSquares[feature] = sumsOfSquares[feature]! + square;
    sumsOfCubes[feature] = sumsOfCubes[feature]! + square * value;
    sumsOfFourths[feature] = sumsOfFourths[feature]! + square * square;
    if (value > maxima[feature]!) maxima[feature] = value;
  }
}
