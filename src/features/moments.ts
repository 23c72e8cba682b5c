import type { FeatureRecord } from "./feature-record.ts";

/** Shape of the distribution of a feature's non-zero activations; NaN where it does not vary. */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
  readonly skewness: number;
  /** Fisher's: 0 for a Gaussian. */
  readonly kurtosis: number;
}

/** The moments of a feature's non-zero activations from their power sums. */
export function measureMoments(
  record: Pick<FeatureRecord, "firings" | "sum" | "sumOfSquares" | "sumOfCubes" | "sumOfFourths">,
): Moments {
  const { firings } = record;
  const mean = record.sum / firings;
  const [second, third, fourth] = [record.sumOfSquares, record.sumOfCubes, record.sumOfFourths].map(
    (sum) => sum / firings,
  ) as [number, number, number];
  const variance = second - mean ** 2;
  const isVaried = variance > VARIED * second;
  const cubed = third - 3 * mean * second + 2 * mean ** 3;
  const fourthPower = fourth - 4 * mean * third + 6 * mean ** 2 * second - 3 * mean ** 4;
  return {
    mean,
    deviation: isVaried ? Math.sqrt(variance) : firings > 0 ? 0 : Number.NaN,
    skewness: isVaried ? cubed / variance ** 1.5 : Number.NaN,
    kurtosis: isVaried ? fourthPower / variance ** 2 - 3 : Number.NaN,
  };
}

/** Below this share of the mean square a variance is rounding of the sums. */
const VARIED = 1e-12;
