import { type Interval, jackknife, sumUnits } from "../metrics/jackknife.ts";
import { boundCorrelation, boundShare } from "./bounded-interval.ts";

/** How well an activation that is positive on some tokens predicts which tokens belong to a proxy. */
export interface MatchScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Of the activation with the truth (0 or 1), over all judged tokens. */
  readonly pearson: number;
  /** 95 % over contexts, within the bounds of their measure: nearly all of them where one context carries everything. */
  readonly intervals: { readonly f1: Interval; readonly pearson: Interval };
}

/** The sums over tokens that every score is a function of, y the truth (0 or 1), f the activation. */
export interface MatchSums {
  readonly tokens: number;
  /** Sum of y. */
  readonly positives: number;
  /** Tokens on which it fired. */
  readonly firings: number;
  /** Tokens on which it fired and y is 1. */
  readonly hits: number;
  readonly sum: number;
  readonly squares: number;
  /** Sum of f y. */
  readonly sumOnPositives: number;
}

/** Entries of the array form of `MatchSums`, in order. */
export const MATCH_SUMS = 7;

/** 2 precision recall / (precision + recall); 0 where nothing was hit. */
export function measureF1(hits: number, firings: number, positives: number): number {
  return hits === 0 ? 0 : (2 * hits) / (firings + positives);
}

/** Pearson's correlation of activation and truth; 0 where one of them is constant. */
export function measurePearson({ tokens: n, positives, sum, squares, sumOnPositives }: MatchSums): number {
  const variances = (n * squares - sum * sum) * (n * positives - positives * positives);
  return variances > 0 ? (n * sumOnPositives - sum * positives) / Math.sqrt(variances) : 0;
}

/** The score of sums kept per context, in the array form of `MatchSums`. */
export function scoreMatch(contexts: readonly Float64Array[]): MatchScore {
  const f1 = (sums: Float64Array) => measureF1(sums[3]!, sums[2]!, sums[1]!);
  const pearson = (sums: Float64Array) => measurePearson(nameSums(sums));
  const totals = sumUnits(contexts);
  const { hits, firings, positives } = nameSums(totals);
  const telling = contexts.filter((sums) => sums[1]! + sums[2]! > 0).length;
  return {
    precision: firings === 0 ? 0 : hits / firings,
    recall: positives === 0 ? 0 : hits / positives,
    f1: f1(totals),
    pearson: pearson(totals),
    intervals: {
      f1: boundShare(jackknife(contexts, f1), telling),
      pearson: boundCorrelation(jackknife(contexts, pearson)),
    },
  };
}

function nameSums(sums: Float64Array): MatchSums {
  const [tokens, positives, firings, hits, sum, squares, sumOnPositives] = sums as unknown as number[];
  return {
    tokens: tokens!,
    positives: positives!,
    firings: firings!,
    hits: hits!,
    sum: sum!,
    squares: squares!,
    sumOnPositives: sumOnPositives!,
  };
}
