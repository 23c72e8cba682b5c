import type { PairCounts } from "./pair-counts.ts";
import type { RaisedTokens } from "./raise-tokens.ts";

/** Which features fire on which tokens of a text. */
export interface TokenFirings {
  /** Row t, column b: on how many occurrences of token t feature b fires. */
  readonly pairs: PairCounts;
  /** Occurrences of each token. */
  readonly occurrences: Float64Array; // [V]
  /** The share of all tokens on which each feature fires. */
  readonly rates: Float64Array; // [features]
}

/** Edges from some features; edge e leads from sources[e] to targets[e], those of a source stand together. */
export interface WrittenEdges {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** How much each raises the rate of its target, above 0. */
  readonly written: Float64Array;
}

/** What one feature writes: the tokens it raises. */
export interface Writer {
  readonly feature: number;
  readonly raised: RaisedTokens;
}

/**
 * The edges a -> b by logit weights: written(a, b) = sum over the tokens t that a raises of r_a(t) (P(b | t) - P(b)), how much likelier
 * b is to fire on the next token for what a writes. The `limit` largest of each feature to features of `isTarget`, of equal ones the lower number. Time: the
 * raised tokens times the features that fire on one.
 */
export function listWrittenEdges(
  writers: readonly Writer[],
  firings: TokenFirings,
  isTarget: Uint8Array,
  limit: number,
): WrittenEdges {
  const raise = createRateRaiser(firings, isTarget, limit);
  const sources: number[] = [];
  const targets: number[] = [];
  const written: number[] = [];
  for (const { feature, raised } of writers) {
    for (const { target, value } of raise(raised)) {
      sources.push(feature);
      targets.push(target);
      written.push(value);
    }
  }
  return {
    sources: Uint32Array.from(sources),
    targets: Uint32Array.from(targets),
    written: Float64Array.from(written),
  };
}

interface RaisedRate {
  readonly target: number;
  readonly value: number;
}

/** Which rates raised tokens raise most, and by how much, the most first. */
function createRateRaiser({ pairs, occurrences, rates }: TokenFirings, isTarget: Uint8Array, limit: number) {
  const gain = new Float64Array(rates.length);
  const touched: number[] = [];
  const addTokens = (raised: RaisedTokens): number => {
    let mass = 0;
    for (const { token, weight } of raised) {
      if (occurrences[token] === 0) continue;
      mass += weight;
      const perFiring = weight / occurrences[token]!;
      for (let at = pairs.starts[token]!; at < pairs.starts[token + 1]!; at++) {
        const target = pairs.columns[at]!;
        if (gain[target] === 0) touched.push(target);
        gain[target]! += perFiring * pairs.counts[at]!;
      }
    }
    return mass;
  };
  return (raised: RaisedTokens): readonly RaisedRate[] => {
    const mass = addTokens(raised);
    const best: RaisedRate[] = [];
    for (const target of touched.splice(0)) {
      const value = gain[target]! - mass * rates[target]!;
      gain[target] = 0;
      if (value > 0 && isTarget[target] === 1) offer(best, { target, value }, limit);
    }
    return best;
  };
}

function offer(best: RaisedRate[], rate: RaisedRate, limit: number): void {
  const isBetter = (a: RaisedRate, b: RaisedRate) => a.value > b.value || (a.value === b.value && a.target < b.target);
  if (best.length === limit) {
    if (!isBetter(rate, best[limit - 1]!)) return;
    best.pop();
  }
  let at = best.length;
  while (at > 0 && isBetter(rate, best[at - 1]!)) at--;
  best.splice(at, 0, rate);
}
