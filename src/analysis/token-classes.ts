import { countLogitBins, shiftToMedian } from "../features/logit-weights.ts";

/** Which tokens of a vocabulary belong to a proxy, judged by a text. */
export interface TokenClass {
  /** Tokens that occur in the text, ascending. */
  readonly occurring: Int32Array;
  /** 1 for a token more than half of whose occurrences belong to the proxy. */
  readonly belongs: Uint8Array; // [vocabulary]
}

/** The direct effects of a feature on the logits of the tokens that occur, less their median, in 40 equal bins. */
export interface LogitClasses {
  readonly minimum: number;
  readonly maximum: number;
  readonly counts: readonly number[]; // [40]
  /** Those of them that are tokens of the proxy. */
  readonly positives: readonly number[]; // [40]
}

/** The class of each token of a vocabulary, from the truth of a proxy on a text. */
export function classifyTokens(tokens: ArrayLike<number>, truth: Uint8Array, vocabularySize: number): TokenClass {
  const counts = new Float64Array(vocabularySize);
  const positives = new Float64Array(vocabularySize);
  for (let i = 0; i < truth.length; i++) {
    counts[tokens[i]!]! += 1;
    positives[tokens[i]!]! += truth[i]!;
  }
  return {
    occurring: Int32Array.from(counts.keys()).filter((token) => counts[token]! > 0),
    belongs: Uint8Array.from(positives, (positive, token) => Number(2 * positive > counts[token]!)),
  };
}

/** The logit weights [vocabulary] of one feature by bin, and which part of each bin belongs to the proxy (paper, §Arabic). */
export function splitLogits(weights: Float32Array, { occurring, belongs }: TokenClass): LogitClasses {
  const shifted = shiftToMedian(weights, occurring);
  const minimum = shifted.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const maximum = shifted.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const ofProxy = shifted.filter((_, i) => belongs[occurring[i]!] === 1);
  return {
    minimum,
    maximum,
    counts: [...countLogitBins(shifted, minimum, maximum)],
    positives: [...countLogitBins(ofProxy, minimum, maximum)],
  };
}
