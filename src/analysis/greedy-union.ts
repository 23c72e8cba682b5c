import { measureF1 } from "./match-score.ts";

/** How often each feature fires, in all and on a proxy that has `positives` tokens. */
export interface FiringCounts {
  readonly positives: number;
  readonly firings: Float64Array; // [features]
  readonly hits: Float64Array; // [features]
}

/** A union of features: it fires where any of them does. */
export interface FeatureUnion {
  /** In the order in which they were added. */
  readonly features: readonly number[];
  /** Features that were tried at each step. */
  readonly candidates: number;
  /** Whether no other feature could have raised F1 more at any step. */
  readonly exact: boolean;
}

/** Features in a union, at most. */
export const UNION_FEATURES = 5;

interface Counted {
  readonly hits: number;
  readonly firings: number;
}

/**
 * The largest F1 that a union can have after a feature is added, whatever their overlap: new hits where the union has none,
 * misses where it misses already.
 */
export function boundUnionF1(union: Counted, feature: Counted, positives: number): number {
  const hits = Math.min(positives, union.hits + feature.hits);
  const misses = Math.max(union.firings - union.hits, feature.firings - feature.hits);
  return measureF1(hits, hits + misses, positives);
}

/** Features that fire on the proxy, those first that by `boundUnionF1` could add most to the feature `best`, which leads. */
export function rankCandidates(counts: FiringCounts, best: number): number[] {
  const union = countsOf(counts, best);
  const others = Array.from(counts.hits.keys())
    .filter((feature) => feature !== best && counts.hits[feature]! > 0)
    .map((feature) => ({ feature, bound: boundUnionF1(union, countsOf(counts, feature), counts.positives) }))
    .sort((a, b) => b.bound - a.bound || a.feature - b.feature);
  return [best, ...others.map(({ feature }) => feature)];
}

/**
 * Takes features from the head of every ranking in turn while the tokens they fire on number at most `budget` together; each
 * ranking's first is always taken. Ascending.
 */
export function takeCandidates(
  rankings: readonly (readonly number[])[],
  firings: Float64Array,
  budget: number,
): number[] {
  const taken = new Set<number>();
  let entries = 0;
  const longest = Math.max(0, ...rankings.map((ranking) => ranking.length));
  for (let rank = 0; rank < longest; rank++) {
    for (const feature of rankings.flatMap((ranking) => ranking[rank] ?? [])) {
      if (taken.has(feature) || (rank > 0 && entries + firings[feature]! > budget)) continue;
      taken.add(feature);
      entries += firings[feature]!;
    }
  }
  return [...taken].sort((a, b) => a - b);
}

/**
 * The greedy union: beginning with the feature of largest F1, whichever feature raises F1 most, until none does or there are
 * `UNION_FEATURES`. `firingTokens` holds the tokens on which each candidate fires.
 */
export function findGreedyUnion(
  counts: FiringCounts,
  firingTokens: ReadonlyMap<number, Uint32Array>,
  truth: Uint8Array,
): FeatureUnion {
  const features: number[] = [];
  const covered = new Uint8Array(truth.length);
  let union: Counted = { hits: 0, firings: 0 };
  let exact = true;
  while (features.length < UNION_FEATURES) {
    const next = findBestAddition(counts, firingTokens, truth, union, covered);
    const reached = next?.union ?? union;
    exact &&= boundOutsiders(counts, firingTokens, union) <= measureF1(reached.hits, reached.firings, counts.positives);
    if (next === null) break;
    features.push(next.feature);
    union = next.union;
    for (const token of firingTokens.get(next.feature)!) covered[token] = 1;
  }
  return { features, candidates: firingTokens.size, exact };
}

/** The feature that raises F1 most, and the union with it; null where none raises it. */
function findBestAddition(
  counts: FiringCounts,
  firingTokens: ReadonlyMap<number, Uint32Array>,
  truth: Uint8Array,
  union: Counted,
  covered: Uint8Array,
): { feature: number; union: Counted } | null {
  let best: { feature: number; union: Counted } | null = null;
  let largest = measureF1(union.hits, union.firings, counts.positives);
  for (const [feature, tokens] of firingTokens) {
    if (boundUnionF1(union, countsOf(counts, feature), counts.positives) <= largest) continue;
    const grown = addFirings(union, tokens, truth, covered);
    const f1 = measureF1(grown.hits, grown.firings, counts.positives);
    if (f1 > largest) [best, largest] = [{ feature, union: grown }, f1];
  }
  return best;
}

function boundOutsiders(counts: FiringCounts, candidates: { has(feature: number): boolean }, union: Counted): number {
  let largest = 0;
  for (let feature = 0; feature < counts.hits.length; feature++) {
    if (counts.hits[feature] === 0 || candidates.has(feature)) continue;
    largest = Math.max(largest, boundUnionF1(union, countsOf(counts, feature), counts.positives));
  }
  return largest;
}

function countsOf({ hits, firings }: FiringCounts, feature: number): Counted {
  return { hits: hits[feature]!, firings: firings[feature]! };
}

function addFirings(union: Counted, tokens: Uint32Array, truth: Uint8Array, covered: Uint8Array): Counted {
  let { hits, firings } = union;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (covered[token] === 1) continue;
    firings += 1;
    hits += truth[token]!;
  }
  return { hits, firings };
}
