import type { ActiveEntries } from "./active-entries.ts";
import { measureF1 } from "./match-score.ts";

/** Thresholds tried per neuron beside 0. */
export const THRESHOLDS = 20;
/** The first and the last threshold are exceeded by these shares of the tokens; between them shares fall by a constant factor. */
export const TAIL_SHARES = { first: 0.5, last: 0.001 };
/** Tokens from which thresholds are estimated, at most. */
const SAMPLED_TOKENS = 8192;

/** A sample of whole rows of activations, evenly spaced. */
export interface ActivationSample {
  readonly features: number;
  readonly stride: number;
  readonly rows: Float32Array[]; // [features] each
}

/** Room for a sample out of `tokens` tokens. */
export function createActivationSample(features: number, tokens: number): ActivationSample {
  return { features, stride: Math.ceil(tokens / SAMPLED_TOKENS), rows: [] };
}

/** Adds those rows of a batch, whose first is token `first`, that belong to the sample. */
export function addToSample(sample: ActivationSample, entries: ActiveEntries, first: number): void {
  const { rows, capacity, counts, indices, values } = entries;
  for (let r = 0; r < rows; r++) {
    if ((first + r) % sample.stride !== 0) continue;
    const row = new Float32Array(sample.features);
    for (let k = r * capacity; k < r * capacity + counts[r]!; k++) row[indices[k]!] = values[k]!;
    sample.rows.push(row);
  }
}

/** For each feature 0 and the quantiles of its activation with the tail shares above, ascending: [features, 1 + THRESHOLDS]. */
export function chooseThresholds({ features, rows }: ActivationSample): Float32Array {
  const levels = 1 + THRESHOLDS;
  const out = new Float32Array(features * levels);
  const column = new Float32Array(rows.length);
  const ratio = (TAIL_SHARES.last / TAIL_SHARES.first) ** (1 / (THRESHOLDS - 1));
  for (let feature = 0; feature < features; feature++) {
    rows.forEach((row, r) => {
      column[r] = row[feature]!;
    });
    column.sort();
    for (let level = 1; level < levels; level++) {
      const above = Math.floor(rows.length * TAIL_SHARES.first * ratio ** (level - 1));
      out[feature * levels + level] = column[Math.max(0, rows.length - 1 - above)] ?? 0;
    }
  }
  return out;
}

/** Tokens by the highest threshold their activation exceeds, for every feature and concept at once. */
export interface ThresholdTally {
  readonly thresholds: Float32Array; // [features, levels]
  readonly levels: number;
  readonly firings: Float64Array; // [features, levels]
  readonly hits: readonly Float64Array[]; // per concept [features, levels]
}

/** An empty tally for thresholds made by `chooseThresholds`. */
export function createThresholdTally(thresholds: Float32Array, concepts: number): ThresholdTally {
  const zeros = () => new Float64Array(thresholds.length);
  return {
    thresholds,
    levels: 1 + THRESHOLDS,
    firings: zeros(),
    hits: Array.from({ length: concepts }, zeros),
  };
}

/** Adds a batch whose first row is token `first` of the truths. */
export function addToThresholdTally(
  tally: ThresholdTally,
  entries: ActiveEntries,
  truths: readonly Uint8Array[],
  first: number,
): void {
  const { rows, capacity, counts, indices, values } = entries;
  const { levels, thresholds } = tally;
  for (let r = 0; r < rows; r++) {
    const hits = tally.hits.filter((_, c) => truths[c]![first + r] === 1);
    for (let k = r * capacity; k < r * capacity + counts[r]!; k++) {
      const value = values[k]!;
      let at = indices[k]! * levels;
      const last = at + levels - 1;
      while (at < last && value > thresholds[at + 1]!) at++;
      tally.firings[at]! += 1;
      for (const hit of hits) hit[at]! += 1;
    }
  }
}

/** The feature and threshold with the largest F1 of "activation above threshold"; null when no feature fires on the concept. */
export function findBestThreshold(
  { thresholds, levels, firings, hits }: ThresholdTally,
  concept: number,
  positives: number,
): { feature: number; threshold: number } | null {
  let best: { feature: number; threshold: number } | null = null;
  let largest = 0;
  for (let feature = 0; feature * levels < thresholds.length; feature++) {
    let fired = 0;
    let hit = 0;
    for (let at = (feature + 1) * levels - 1; at >= feature * levels; at--) {
      fired += firings[at]!;
      hit += hits[concept]![at]!;
      const f1 = measureF1(hit, fired, positives);
      if (f1 > largest) [best, largest] = [{ feature, threshold: thresholds[at]! }, f1];
    }
  }
  return best;
}
