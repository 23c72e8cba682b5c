import type { ActiveEntries } from "./active-entries.ts";
import { type MatchSums, measureF1, measurePearson } from "./match-score.ts";

/** Sums over tokens for every feature and proxy at once. */
export interface ProxyTally {
  tokens: number;
  readonly firings: Float64Array; // [features]
  readonly sums: Float64Array; // [features]
  readonly squares: Float64Array; // [features]
  readonly maxima: Float32Array; // [features]
  readonly proxies: readonly {
    positives: number;
    readonly hits: Float64Array; // [features]
    readonly sumsOnPositives: Float64Array; // [features]
  }[];
}

/** An empty tally. */
export function createProxyTally(features: number, proxies: number): ProxyTally {
  const zeros = () => new Float64Array(features);
  return {
    tokens: 0,
    firings: zeros(),
    sums: zeros(),
    squares: zeros(),
    maxima: new Float32Array(features),
    proxies: Array.from({ length: proxies }, () => ({ positives: 0, hits: zeros(), sumsOnPositives: zeros() })),
  };
}

/** Adds a batch whose first row is token `first` of the truths. Time is linear in the active entries. */
export function addToTally(
  tally: ProxyTally,
  entries: ActiveEntries,
  truths: readonly Uint8Array[],
  first: number,
): void {
  const { rows, capacity, counts, indices, values } = entries;
  const { firings, sums, squares, maxima } = tally;
  tally.tokens += rows;
  for (let r = 0; r < rows; r++) {
    const end = r * capacity + counts[r]!;
    for (let k = r * capacity; k < end; k++) {
      const feature = indices[k]!;
      const value = values[k]!;
      firings[feature]! += 1;
      sums[feature]! += value;
      squares[feature]! += value * value;
      if (value > maxima[feature]!) maxima[feature] = value;
    }
    truths.forEach((truth, c) => {
      if (truth[first + r] === 0) return;
      const proxy = tally.proxies[c]!;
      proxy.positives += 1;
      for (let k = r * capacity; k < end; k++) {
        proxy.hits[indices[k]!]! += 1;
        proxy.sumsOnPositives[indices[k]!]! += values[k]!;
      }
    });
  }
}

/** The feature with the largest F1 of "activation above 0" for a proxy; null when none fires on it. */
export function findBestByF1(tally: ProxyTally, proxy: number): number | null {
  const { positives, hits } = tally.proxies[proxy]!;
  return findLargest(tally.firings.length, (i) => measureF1(hits[i]!, tally.firings[i]!, positives));
}

/** The feature whose activation correlates most with a proxy; null when none correlates positively. */
export function findBestByPearson(tally: ProxyTally, proxy: number): number | null {
  return findLargest(tally.firings.length, (i) => measurePearson(sumsOf(tally, proxy, i)));
}

/** The first index of the largest positive value of `measure`; null when none is positive. */
export function findLargest(count: number, measure: (index: number) => number): number | null {
  let best: number | null = null;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const value = measure(i);
    if (value > largest) [best, largest] = [i, value];
  }
  return best;
}

/** The features, at most `count`, with the largest F1 for a proxy, the best first; none that does not fire on it. */
export function rankByF1(tally: ProxyTally, proxy: number, count: number): number[] {
  const { positives, hits } = tally.proxies[proxy]!;
  const f1 = (feature: number) => measureF1(hits[feature]!, tally.firings[feature]!, positives);
  const firing = [...hits.keys()].filter((feature) => hits[feature]! > 0);
  return firing.sort((a, b) => f1(b) - f1(a) || a - b).slice(0, count);
}

/** Adds the sums of another tally to this one's. */
export function mergeTally(tally: ProxyTally, other: ProxyTally): void {
  tally.tokens += other.tokens;
  addTo(tally.firings, other.firings);
  addTo(tally.sums, other.sums);
  addTo(tally.squares, other.squares);
  other.maxima.forEach((maximum, feature) => {
    tally.maxima[feature] = Math.max(tally.maxima[feature]!, maximum);
  });
  tally.proxies.forEach((proxy, index) => {
    const { positives, hits, sumsOnPositives } = other.proxies[index]!;
    proxy.positives += positives;
    addTo(proxy.hits, hits);
    addTo(proxy.sumsOnPositives, sumsOnPositives);
  });
}

function addTo(out: Float64Array, addends: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = out[i]! + addends[i]!;
}

/** The sums of a feature and a proxy. */
export function sumsOf(tally: ProxyTally, proxy: number, feature: number): MatchSums {
  const { positives, hits, sumsOnPositives } = tally.proxies[proxy]!;
  return {
    tokens: tally.tokens,
    positives,
    firings: tally.firings[feature]!,
    hits: hits[feature]!,
    sum: tally.sums[feature]!,
    squares: tally.squares[feature]!,
    sumOnPositives: sumsOnPositives[feature]!,
  };
}
