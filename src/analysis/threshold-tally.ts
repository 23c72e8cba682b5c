import type { ActiveEntries } from "./active-entries.ts";
import { measureF1 } from "./match-score.ts";

/** Thresholds tried per feature beside 0. */
export const THRESHOLDS = 20;
/** The first and the last threshold are exceeded by these shares of the firings; between them shares fall by a constant factor. */
export const TAIL_SHARES = { first: 0.9, last: 0.002 };
/** Tokens from which thresholds are estimated, at most. */
const SAMPLED_TOKENS = 16_384;

/** The activations of every feature on evenly spaced tokens. */
export interface ActivationSample {
  readonly stride: number;
  readonly values: readonly number[][]; // per feature, those above 0
}

/** Room for a sample out of `tokens` tokens. */
export function createActivationSample(features: number, tokens: number): ActivationSample {
  return { stride: Math.ceil(tokens / SAMPLED_TOKENS), values: Array.from({ length: features }, () => []) };
}

/** Adds those rows of a batch, whose first is token `first`, that belong to the sample. */
export function addToSample(sample: ActivationSample, entries: ActiveEntries, first: number): void {
  const { rows, capacity, counts, indices, values } = entries;
  for (let r = 0; r < rows; r++) {
    if ((first + r) % sample.stride !== 0) continue;
    for (let k = r * capacity; k < r * capacity + counts[r]!; k++) sample.values[indices[k]!]!.push(values[k]!);
  }
}

/** For each feature 0 and the activations with the tail shares above, ascending: [features, 1 + THRESHOLDS]. */
export function chooseThresholds({ values }: ActivationSample): Float32Array {
  const levels = 1 + THRESHOLDS;
  const out = new Float32Array(values.length * levels);
  const ratio = (TAIL_SHARES.last / TAIL_SHARES.first) ** (1 / (THRESHOLDS - 1));
  values.forEach((sampled, feature) => {
    const descending = Float32Array.from(sampled).sort().reverse();
    for (let level = 1; level < levels; level++) {
      const above = Math.floor(descending.length * TAIL_SHARES.first * ratio ** (level - 1));
      out[feature * levels + level] = descending[above] ?? 0;
    }
  });
  return out;
}

/** Tokens by the highest threshold their activation exceeds, for every feature and proxy at once. */
export interface ThresholdTally {
  readonly thresholds: Float32Array; // [features, levels]
  readonly levels: number;
  readonly firings: Float64Array; // [features, levels]
  readonly hits: readonly Float64Array[]; // per proxy [features, levels]
}

/** An empty tally for thresholds made by `chooseThresholds`. */
export function createThresholdTally(thresholds: Float32Array, proxies: number): ThresholdTally {
  const zeros = () => new Float64Array(thresholds.length);
  return {
    thresholds,
    levels: 1 + THRESHOLDS,
    firings: zeros(),
    hits: Array.from({ length: proxies }, zeros),
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

/** The feature and threshold with the largest F1 of "activation above threshold"; null when no feature fires on the proxy. */
export function findBestThreshold(
  { thresholds, levels, firings, hits }: ThresholdTally,
  proxy: number,
  positives: number,
): { index: number; threshold: number } | null {
  let best: { index: number; threshold: number } | null = null;
  let largest = 0;
  for (let feature = 0; feature * levels < thresholds.length; feature++) {
    let fired = 0;
    let hit = 0;
    for (let at = (feature + 1) * levels - 1; at >= feature * levels; at--) {
      fired += firings[at]!;
      hit += hits[proxy]![at]!;
      const f1 = measureF1(hit, fired, positives);
      if (f1 > largest) [best, largest] = [{ index: feature, threshold: thresholds[at]! }, f1];
    }
  }
  return best;
}
