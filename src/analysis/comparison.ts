import type { SideMatches } from "./match-summary.ts";
import type { Universality } from "./universality.ts";

/** One side of a comparison, as the file names it. */
export interface ComparedSide {
  /** The run folder's name, in the letters of addresses. */
  readonly run: string;
  readonly dictionary: string;
  /** Hash of the directions, as in the header of its feature pages. */
  readonly dictionarySha256: string;
  readonly features: number;
}

/** The matches of one side's features; null where there is none. */
export interface StoredMatches {
  readonly best: readonly number[];
  readonly activation: readonly (number | null)[];
  readonly firings: readonly number[];
  /** Null where the site has no direct path to the logits. */
  readonly logits: readonly (number | null)[] | null;
  readonly attribution: readonly (number | null)[] | null;
}

/** Both sides' matches. */
export interface StoredUniversality {
  readonly left: StoredMatches;
  readonly right: StoredMatches;
}

/** `analyses/compare-*.json`. */
export interface Comparison {
  readonly format: 1;
  readonly toolVersion: string;
  readonly backend: string;
  readonly left: ComparedSide;
  readonly right: ComparedSide;
  readonly tokens: number;
  readonly tokensSha256: string;
  /** Features that fire on a smaller share of the tokens are left out of medians. */
  readonly lowestDensity: number;
  readonly features: StoredUniversality;
  /** The same of both models' neurons; null for two dictionaries of one model, or of neurons. */
  readonly neurons: StoredUniversality | null;
}

const DIGITS = 1e5;

/** What two dictionaries share, as it is kept: correlations to five digits, null where there is none. */
export function storeUniversality({ left, right }: Universality): StoredUniversality {
  const round = (values: Float64Array) =>
    Array.from(values, (value) => (Number.isNaN(value) ? null : Math.round(value * DIGITS) / DIGITS));
  const store = ({ best, activation, firings, written }: SideMatches): StoredMatches => ({
    best: [...best],
    activation: round(activation),
    firings: [...firings],
    logits: written && round(written.logits),
    attribution: written && round(written.attribution),
  });
  return { left: store(left), right: store(right) };
}

/** A side's matches as the analysis has them. */
export function restoreMatches({ best, activation, firings, logits, attribution }: StoredMatches): SideMatches {
  const restore = (values: readonly (number | null)[]) => Float64Array.from(values, (value) => value ?? Number.NaN);
  return {
    best: Int32Array.from(best),
    activation: restore(activation),
    firings: Float64Array.from(firings),
    written:
      logits === null || attribution === null ? null : { logits: restore(logits), attribution: restore(attribution) },
  };
}
