import type { CodeSample, FeatureSums } from "./code-sample.ts";
import { centredSquares, createRanking } from "./correlation.ts";
import type { Correlation } from "./feature-record.ts";

/** The features whose activations correlate most with one feature's. */
export type FeatureCorrelator = (feature: number) => Correlation[];

/**
 * Pearson correlations between features over a sample, feature by feature: co-moments exist for one feature at a time, and
 * only pairs that are active together are looked at, so that all features together take as many steps as the sum over
 * tokens of the square of the number of active features.
 */
export function createFeatureCorrelator(sample: CodeSample, { sums, squares }: FeatureSums): FeatureCorrelator {
  const features = sums.length;
  const tokens = sample.rowStarts.length - 1;
  const columns = transpose(sample, features);
  const spread = Float64Array.from(sums, (sum, i) => centredSquares(sum, squares[i]!, tokens));
  const products = new Float64Array(features);
  const together = new Uint32Array(features);
  return (feature) => {
    const count = addProducts(sample, columns, feature, products, together);
    const ranking = createRanking();
    for (let i = 0; i < count; i++) {
      const other = together[i]!;
      const covariance = products[other]! - (sums[feature]! * sums[other]!) / tokens;
      products[other] = 0;
      const scale = spread[feature]! * spread[other]!;
      if (other === feature || scale === 0 || covariance <= 0) continue;
      const pearson = covariance / Math.sqrt(scale);
      ranking.offer(other, pearson, pearson);
    }
    return ranking.list();
  };
}

interface Columns {
  readonly starts: Uint32Array; // [features + 1]
  readonly rows: Uint32Array;
  readonly values: Float32Array;
}

function transpose({ rowStarts, features: ids, values }: CodeSample, features: number): Columns {
  const starts = new Uint32Array(features + 1);
  for (let entry = 0; entry < ids.length; entry++) starts[ids[entry]! + 1] = starts[ids[entry]! + 1]! + 1;
  for (let i = 0; i < features; i++) starts[i + 1] = starts[i + 1]! + starts[i]!;
  const next = starts.slice();
  const rows = new Uint32Array(ids.length);
  const transposed = new Float32Array(ids.length);
  for (let row = 0; row + 1 < rowStarts.length; row++) {
    for (let entry = rowStarts[row]!; entry < rowStarts[row + 1]!; entry++) {
      const at = next[ids[entry]!]!;
      next[ids[entry]!] = at + 1;
      rows[at] = row;
      transposed[at] = values[entry]!;
    }
  }
  return { starts, rows, values: transposed };
}

/** Adds the feature's products with all features active beside it; lists those in `together` and returns their number. */
function addProducts(
  { rowStarts, features: ids, values }: CodeSample,
  columns: Columns,
  feature: number,
  products: Float64Array,
  together: Uint32Array,
): number {
  let count = 0;
  for (let place = columns.starts[feature]!; place < columns.starts[feature + 1]!; place++) {
    const row = columns.rows[place]!;
    const value = columns.values[place]!;
    const end = rowStarts[row + 1]!;
    for (let entry = rowStarts[row]!; entry < end; entry++) {
      const other = ids[entry]!;
      const known = products[other]!;
      if (known === 0) together[count++] = other;
      products[other] = known + value * values[entry]!;
    }
  }
  return count;
}
