import type { CodeBatch } from "../features/scan-codes.ts";
import { ULTRALOW_DENSITY } from "../metrics/feature-density.ts";
import type { CodeSide } from "./match-activations.ts";

// Dimensions: n features of the coarse level in a block, m features of the fine level that take part.

/** How often and how strongly the features of one dictionary fired on a text. */
export interface LevelActivity {
  readonly tokens: number;
  readonly firings: Float64Array; // [features]
  /** Sums of squared activations. */
  readonly squares: Float64Array; // [features]
  /** The features that are neither dead nor ultralow, ascending. */
  readonly alive: Int32Array;
}

/** A level with its codes on the text that all levels are read on. */
export interface CodedLevel extends CodeSide {
  readonly activity: LevelActivity;
}

/** Pairs of features whose masked cosine exceeds a threshold, by coarse feature and then by fine one. */
export interface SplittingEdges {
  readonly coarse: Int32Array; // [edges]
  readonly fine: Int32Array; // [edges]
  /** The cosine of both features' activations on the tokens where the coarse one fires. */
  readonly onCoarse: Float64Array; // [edges]
  /** The same on the tokens where the fine one fires. */
  readonly onFine: Float64Array; // [edges]
}

/** Pairs looked at in one pass over the codes: 400 MB of sums. */
const PAIRS = 2 ** 24;
/** Sums of a pair: f_a f_b over all tokens, f_a^2 where b fires, f_b^2 where a fires. */
const SUMS = 3;

/** Counts what each feature of a dictionary does on the text. Yields the share that is done. */
export async function* measureLevelActivity({ scan, features }: CodeSide): AsyncGenerator<number, LevelActivity> {
  const [firings, squares] = [new Float64Array(features), new Float64Array(features)];
  let tokens = 0;
  for (let index = 0; index < scan.batches; index++) {
    const { features: fired, values, rowStarts } = await scan.batch(index);
    for (let entry = 0; entry < values.length; entry++) {
      firings[fired[entry]!]! += 1;
      squares[fired[entry]!]! += values[entry]! ** 2;
    }
    tokens += rowStarts.length - 1;
    yield (index + 1) / scan.batches;
  }
  const isAlive = (feature: number) => firings[feature]! > 0 && firings[feature]! >= ULTRALOW_DENSITY * tokens;
  const alive = Int32Array.from(firings.keys()).filter(isAlive);
  return { tokens, firings, squares, alive };
}

/**
 * The masked cosine of every pair of features of two dictionaries of one site (paper, appendix on feature splitting): the cosine of
 * their activations on the tokens where the one fires, and on those where the other does; a pair is an edge where the larger
 * exceeds `threshold`. Only pairs that are active together are added up: the time is that of the sum over tokens of the product
 * of both numbers of active features, and one pass over the codes for each block of the coarse level. Sums are in float64. Yields the
 * share that is done.
 */
export async function* findSplittingEdges(
  coarse: CodedLevel,
  fine: CodedLevel,
  threshold: number,
  pairs = PAIRS,
): AsyncGenerator<number, SplittingEdges> {
  const [ofCoarse, ofFine] = [coarse.activity.alive, fine.activity.alive];
  const places = { coarse: placeFeatures(coarse), fine: placeFeatures(fine) };
  const m = ofFine.length;
  const size = Math.min(ofCoarse.length, Math.max(1, Math.floor(pairs / Math.max(1, m))));
  const sums = new Float64Array(SUMS * size * m);
  const found = { coarse: [] as number[], fine: [] as number[], onCoarse: [] as number[], onFine: [] as number[] };
  for (let first = 0; first < ofCoarse.length; first += size) {
    const n = Math.min(size, ofCoarse.length - first);
    sums.fill(0);
    for (let index = 0; index < coarse.scan.batches; index++) {
      const [a, b] = [await coarse.scan.batch(index), await fine.scan.batch(index)];
      addPairs(sums, a, b, { first, n, m, places });
      yield (first + (n * (index + 1)) / coarse.scan.batches) / ofCoarse.length;
    }
    for (let pair = 0; pair < n * m; pair++) {
      if (sums[SUMS * pair] === 0) continue;
      const [a, b] = [ofCoarse[first + Math.floor(pair / m)]!, ofFine[pair % m]!];
      const [onCoarse, onFine] = maskedCosines(sums, pair, coarse.activity.squares[a]!, fine.activity.squares[b]!);
      if (Math.max(onCoarse, onFine) <= threshold) continue;
      found.coarse.push(a);
      found.fine.push(b);
      found.onCoarse.push(onCoarse);
      found.onFine.push(onFine);
    }
  }
  return {
    coarse: Int32Array.from(found.coarse),
    fine: Int32Array.from(found.fine),
    onCoarse: Float64Array.from(found.onCoarse),
    onFine: Float64Array.from(found.onFine),
  };
}

/** Of each feature its place among those that take part; -1 for the others. */
function placeFeatures({ features, activity }: CodedLevel): Int32Array {
  const places = new Int32Array(features).fill(-1);
  for (const [place, feature] of activity.alive.entries()) places[feature] = place;
  return places;
}

interface Block {
  readonly first: number;
  readonly n: number;
  readonly m: number;
  readonly places: { readonly coarse: Int32Array; readonly fine: Int32Array };
}

function addPairs(sums: Float64Array, a: CodeBatch, b: CodeBatch, { first, n, m, places }: Block): void {
  for (let row = 0; row + 1 < a.rowStarts.length; row++) {
    const [from, to] = [b.rowStarts[row]!, b.rowStarts[row + 1]!];
    for (let entry = a.rowStarts[row]!; entry < a.rowStarts[row + 1]!; entry++) {
      const i = places.coarse[a.features[entry]!]! - first;
      if (i < 0 || i >= n) continue;
      const value = a.values[entry]!;
      for (let other = from; other < to; other++) {
        const j = places.fine[b.features[other]!]!;
        if (j === -1) continue;
        const at = SUMS * (i * m + j);
        const partner = b.values[other]!;
        sums[at] = sums[at]! + value * partner;
        sums[at + 1] = sums[at + 1]! + value * value;
        sums[at + 2] = sums[at + 2]! + partner * partner;
      }
    }
  }
}

function maskedCosines(sums: Float64Array, pair: number, squaresA: number, squaresB: number): [number, number] {
  const at = SUMS * pair;
  const product = sums[at]!;
  return [product / Math.sqrt(squaresA * sums[at + 2]!), product / Math.sqrt(sums[at + 1]! * squaresB)];
}
