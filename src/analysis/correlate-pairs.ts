import { centredSquares } from "../features/correlation.ts";
import { takeMedian } from "../features/logit-weights.ts";
import { activationAt, type CodeBatch } from "../features/scan-codes.ts";
import type { CodeSide } from "./match-activations.ts";

// Dimensions: n pairs of a chunk, V vocabulary.

/** A side with what its features write to the logits. */
export interface WritingSide extends CodeSide {
  /** The logit weights [n, V] of features. */
  readonly logitWeights: (features: Int32Array) => Promise<Float32Array>;
}

/** The text that both sides were read on, and how to name its tokens. */
export interface PairedText {
  /** The token that follows the row-th one of a batch. */
  readonly nextToken: (codes: CodeBatch, row: number) => number;
  readonly vocabularySize: number;
  /** Ids of the tokens that occur at all. */
  readonly tokensInUse: Int32Array;
}

/** How alike the pairs are in what they do; NaN where a feature of the pair has no variance. */
export interface PairCorrelations {
  /** Pearson over the vocabulary in use of both features' logit weights. */
  readonly logits: Float64Array; // [pairs]
  /** Pearson over tokens j of a_i(j) = f_i(t_j) v_i(t_j+1), the attribution of the next token to each feature. */
  readonly attribution: Float64Array; // [pairs]
}

/** Logit weights held at once for each side: 64 MB. */
const ENTRIES = 2 ** 24;

/**
 * Correlates what the pairs (i, best[i]) write (paper, §universality); -1 for no pair. Logit weights are shifted to a median of 0. One
 * pass over the codes for each chunk of pairs. Yields the share that is done.
 */
export async function* correlatePairs(
  left: WritingSide,
  right: WritingSide,
  best: Int32Array,
  text: PairedText,
  entries = ENTRIES,
): AsyncGenerator<number, PairCorrelations> {
  const result = { logits: createUnknown(best.length), attribution: createUnknown(best.length) };
  const paired = Array.from(best.keys()).filter((feature) => best[feature] !== -1);
  const size = Math.max(1, Math.floor(entries / text.vocabularySize));
  for (let first = 0; first < paired.length; first += size) {
    const chunk = Int32Array.from(paired.slice(first, first + size));
    const others = Int32Array.from(new Set(chunk.map((feature) => best[feature]!)));
    const places = new Map(Array.from(others, (other, place) => [other, place]));
    const partners = chunk.map((feature) => places.get(best[feature]!)!);
    const writers = {
      left: await createWriters(left, chunk, text),
      right: await createWriters(right, others, text),
    };
    for (const [pair, feature] of chunk.entries())
      result.logits[feature] = correlateRows(writers.left.weights, pair, writers.right.weights, partners[pair]!, text);
    const attributions = attribute(left, right, writers, partners, text);
    for (;;) {
      const next = await attributions.next();
      if (next.done) {
        for (const [pair, feature] of chunk.entries()) result.attribution[feature] = next.value[pair]!;
        break;
      }
      yield (first + chunk.length * next.value) / paired.length;
    }
  }
  return result;
}

function createUnknown(count: number): Float64Array {
  return new Float64Array(count).fill(Number.NaN);
}

/** Some features of a side, what they write, and the sums of their attributions so far. */
interface Writers {
  readonly features: Int32Array; // [n]
  /** Of each feature of the side its place among these; -1 for the others. */
  readonly places: Int32Array;
  readonly weights: Float32Array; // [n, V]
  readonly sums: Float64Array; // [n]
  readonly squares: Float64Array; // [n]
}

async function createWriters(side: WritingSide, features: Int32Array, text: PairedText): Promise<Writers> {
  const places = new Int32Array(side.features).fill(-1);
  for (const [place, feature] of features.entries()) places[feature] = place;
  const weights = shiftRows(await side.logitWeights(features), text);
  const zeros = () => new Float64Array(features.length);
  return { features, places, weights, sums: zeros(), squares: zeros() };
}

function shiftRows(weights: Float32Array, { vocabularySize: V, tokensInUse }: PairedText): Float32Array {
  for (let start = 0; start < weights.length; start += V) {
    const median = takeMedian(Float32Array.from(tokensInUse, (token) => weights[start + token]!));
    for (let i = start; i < start + V; i++) weights[i] = weights[i]! - median;
  }
  return weights;
}

function correlateRows(
  a: Float32Array,
  rowA: number,
  b: Float32Array,
  rowB: number,
  { vocabularySize: V, tokensInUse }: PairedText,
): number {
  const sums = { a: 0, b: 0, aa: 0, bb: 0, ab: 0 };
  for (const token of tokensInUse) {
    const [x, y] = [a[rowA * V + token]!, b[rowB * V + token]!];
    sums.a += x;
    sums.b += y;
    sums.aa += x * x;
    sums.bb += y * y;
    sums.ab += x * y;
  }
  return pearson(sums, tokensInUse.length);
}

/** Pearson's correlation of each pair's attributions; yields the share of the text that is done. */
async function* attribute(
  left: CodeSide,
  right: CodeSide,
  writers: { readonly left: Writers; readonly right: Writers },
  partners: Int32Array,
  text: PairedText,
): AsyncGenerator<number, Float64Array> {
  const products = new Float64Array(partners.length);
  let tokens = 0;
  for (let index = 0; index < left.scan.batches; index++) {
    const [a, b] = [await left.scan.batch(index), await right.scan.batch(index)];
    addAttributions(writers.left, a, text, (pair, attribution, row, next) => {
      const partner = partners[pair]!;
      const activation = activationAt(b, row, writers.right.features[partner]!);
      products[pair]! += attribution * activation * writers.right.weights[partner * text.vocabularySize + next]!;
    });
    addAttributions(writers.right, b, text);
    tokens += a.rowStarts.length - 1;
    yield (index + 1) / left.scan.batches;
  }
  return products.map((ab, pair) => {
    const partner = partners[pair]!;
    const [{ sums, squares }, other] = [writers.left, writers.right];
    const [a, aa] = [sums[pair]!, squares[pair]!];
    return pearson({ a, aa, b: other.sums[partner]!, bb: other.squares[partner]!, ab }, tokens);
  });
}

function addAttributions(
  { places, weights, sums, squares }: Writers,
  codes: CodeBatch,
  { nextToken, vocabularySize: V }: PairedText,
  onEach?: (place: number, attribution: number, row: number, next: number) => void,
): void {
  for (let row = 0; row + 1 < codes.rowStarts.length; row++) {
    const next = nextToken(codes, row);
    for (let entry = codes.rowStarts[row]!; entry < codes.rowStarts[row + 1]!; entry++) {
      const place = places[codes.features[entry]!]!;
      if (place === -1) continue;
      const attribution = codes.values[entry]! * weights[place * V + next]!;
      sums[place]! += attribution;
      squares[place]! += attribution * attribution;
      onEach?.(place, attribution, row, next);
    }
  }
}

interface PairSums {
  readonly a: number;
  readonly b: number;
  readonly aa: number;
  readonly bb: number;
  readonly ab: number;
}

function pearson({ a, b, aa, bb, ab }: PairSums, count: number): number {
  const scale = centredSquares(a, aa, count) * centredSquares(b, bb, count);
  return scale === 0 ? Number.NaN : (ab - (a * b) / count) / Math.sqrt(scale);
}
