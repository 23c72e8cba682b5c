import { centredSquares } from "../features/correlation.ts";
import type { CodeBatch, CodeScan } from "../features/scan-codes.ts";

// Dimensions: n features of the left side in a block, m features of the right side.

/** The codes of one dictionary, on the same contexts as those it is compared with. */
export interface CodeSide {
  readonly scan: CodeScan;
  readonly features: number;
}

/** For each feature of a side, the one of the other side whose activations correlate most with its own. */
export interface BestMatches {
  /** -1 where the feature, or all of the other side, never fired or never varied. */
  readonly best: Int32Array; // [features]
  /** Pearson's correlation with the best; NaN where there is none. */
  readonly activation: Float64Array; // [features]
  /** Tokens on which each feature fired. */
  readonly firings: Float64Array; // [features]
}

/** Both directions of one comparison: a best match need not be mutual. */
export interface ActivationMatches {
  readonly left: BestMatches;
  readonly right: BestMatches;
}

/** Co-moments held at once: 256 MB. */
const ENTRIES = 2 ** 25;

/**
 * Correlates the activations of every pair of features of two sides over the same tokens (paper, §universality) and keeps the best of
 * each. Only pairs that are active together are looked at: the time is that of the sum over tokens of the product of both L0, and one
 * pass over the codes for each block of the left side. Sums are in float64. Yields the share that is done.
 */
export async function* matchActivations(
  left: CodeSide,
  right: CodeSide,
  entries = ENTRIES,
): AsyncGenerator<number, ActivationMatches> {
  const [ofLeft, ofRight] = [createMoments(left.features), createMoments(right.features)];
  const matches = { left: createMatches(ofLeft), right: createMatches(ofRight) };
  const m = right.features;
  const size = Math.min(left.features, Math.max(1, Math.floor(entries / m)));
  const products = new Float64Array(size * m);
  let tokens = 0;
  for (let first = 0; first < left.features; first += size) {
    const n = Math.min(size, left.features - first);
    products.fill(0);
    for (let index = 0; index < left.scan.batches; index++) {
      const [a, b] = [await left.scan.batch(index), await right.scan.batch(index)];
      if (first === 0) {
        addMoments(ofLeft, a);
        addMoments(ofRight, b);
        tokens += a.rowStarts.length - 1;
      }
      addProducts(products, a, b, { first, n, m });
      yield (first + (n * (index + 1)) / left.scan.batches) / left.features;
    }
    for (let i = 0; i < n; i++)
      rankPairs(matches, first + i, products.subarray(i * m, (i + 1) * m), [ofLeft, ofRight], tokens);
  }
  return matches;
}

interface Moments {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly firings: Float64Array;
}

function createMoments(features: number): Moments {
  const zeros = () => new Float64Array(features);
  return { sums: zeros(), squares: zeros(), firings: zeros() };
}

function createMatches({ firings }: Moments): BestMatches {
  const features = firings.length;
  return { best: new Int32Array(features).fill(-1), activation: new Float64Array(features).fill(Number.NaN), firings };
}

function addMoments({ sums, squares, firings }: Moments, { features, values }: CodeBatch): void {
  for (let entry = 0; entry < values.length; entry++) {
    const [feature, value] = [features[entry]!, values[entry]!];
    sums[feature]! += value;
    squares[feature]! += value * value;
    firings[feature]! += 1;
  }
}

interface Block {
  readonly first: number;
  readonly n: number;
  readonly m: number;
}

function addProducts(products: Float64Array, a: CodeBatch, b: CodeBatch, { first, n, m }: Block): void {
  for (let row = 0; row + 1 < a.rowStarts.length; row++) {
    const [from, to] = [b.rowStarts[row]!, b.rowStarts[row + 1]!];
    for (let entry = a.rowStarts[row]!; entry < a.rowStarts[row + 1]!; entry++) {
      const i = a.features[entry]! - first;
      if (i < 0 || i >= n) continue;
      const value = a.values[entry]!;
      for (let other = from; other < to; other++) products[i * m + b.features[other]!]! += value * b.values[other]!;
    }
  }
}

/** Looks at all pairs of one feature of the left side. */
function rankPairs(
  { left, right }: ActivationMatches,
  feature: number,
  products: Float64Array,
  [ofLeft, ofRight]: readonly [Moments, Moments],
  tokens: number,
): void {
  const sum = ofLeft.sums[feature]!;
  const spread = centredSquares(sum, ofLeft.squares[feature]!, tokens);
  if (spread === 0) return;
  for (let other = 0; other < products.length; other++) {
    const scale = spread * centredSquares(ofRight.sums[other]!, ofRight.squares[other]!, tokens);
    if (scale === 0) continue;
    const pearson = (products[other]! - (sum * ofRight.sums[other]!) / tokens) / Math.sqrt(scale);
    offer(left, feature, other, pearson);
    offer(right, other, feature, pearson);
  }
}

function offer({ best, activation }: BestMatches, feature: number, other: number, pearson: number): void {
  if (best[feature] !== -1 && pearson <= activation[feature]!) return;
  best[feature] = other;
  activation[feature] = pearson;
}
