import type { FeatureUnion } from "./greedy-union.ts";
import type { LevelCounts } from "./level-tally.ts";
import type { MatchScore } from "./match-score.ts";
import type { PinnedEffect } from "./pinned-probability.ts";
import type { TAIL_SHARES } from "./threshold-tally.ts";
import type { LogitClasses } from "./token-classes.ts";

/** A feature or neuron that fires where its activation is above `threshold`. */
export interface SingleMatch extends MatchScore {
  readonly index: number;
  readonly threshold: number;
}

/** What matches a proxy best among a dictionary's features, or the neurons; null where nothing fires on the proxy. */
export interface ProxyMatches {
  readonly byF1: SingleMatch | null;
  /** Each feature at the best of its thresholds. */
  readonly byF1WithThreshold: SingleMatch | null;
  readonly byPearson: SingleMatch | null;
}

/** A greedy union; its activation is the sum of its features'. */
export interface UnionMatch extends MatchScore, FeatureUnion {}

/** How a feature or neuron stands to a proxy on all tokens, those by which features were chosen included. */
export interface MatchProfile extends LevelCounts {
  readonly index: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly pearson: number;
  /** The direct effect on the next token; left out where the site has no direct path to the logits. */
  readonly logits?: LogitClasses;
}

/** What was found for one proxy. */
export type ProxyFinding = {
  readonly proxy: string;
  readonly title: string;
  readonly rule: string;
  /** Tokens that belong to the proxy in each half. */
  readonly positives: { readonly selection: number; readonly judgement: number };
} & (
  | { readonly kind: "absent" }
  | {
      readonly kind: "searched";
      readonly feature: ProxyMatches;
      readonly union: UnionMatch | null;
      readonly neuron: ProxyMatches;
    }
);

/** How features and neurons stand to a proxy over all tokens: those chosen and others with a large F1, by falling F1. */
export interface ProxyProfiles {
  readonly proxy: string;
  readonly title: string;
  readonly positives: number;
  readonly features: readonly MatchProfile[];
  readonly neurons: readonly MatchProfile[];
}

/** The activations by level of what came near each proxy. */
export interface SpecificityProfiles {
  readonly profiles: readonly ProxyProfiles[];
}

/** How specific a dictionary's features are to proxies; the scores of what was chosen are of tokens that had no part in choosing. */
export interface Specificity {
  readonly tokens: { readonly selection: number; readonly judgement: number };
  /** The thresholds tried beside 0: activations that these shares of the firings exceed. */
  readonly thresholds: { readonly count: number; readonly tailShares: typeof TAIL_SHARES };
  readonly findings: readonly ProxyFinding[];
  /** What pinning does; absent from files written before it was measured. */
  readonly pinning?: Pinning;
}

/** What holding the best feature of each proxy at its largest activation does to the probability of the proxy's tokens. */
export interface Pinning {
  readonly contexts: number;
  readonly positions: number;
  readonly effects: readonly PinnedProxy[];
}

/** The effect for one proxy; `tokens` are those of the vocabulary that belong to it. */
export interface PinnedProxy extends PinnedEffect {
  readonly proxy: string;
  readonly feature: number;
  readonly value: number;
  readonly tokens: number;
}

/** Tokens of an example's window before and after its centre (paper, appendix on the visualization). */
export const GRID_WINDOW = 4;

/** A firing with the tokens around it: window * 2 + 1 ids, -1 beyond the ends of its context. */
export type ShownFiring = readonly [activation: number, tokens: readonly number[]];

/** Random firings of a feature by ten levels, the lowest first: tokens that belong to the proxy, and others. */
export interface ShownGrid {
  readonly proxy: string;
  readonly feature: number;
  readonly maximum: number;
  readonly levels: readonly { readonly on: readonly ShownFiring[]; readonly off: readonly ShownFiring[] }[];
}

/** The grids of random examples of the features chosen for each proxy. */
export interface SpecificityExamples {
  readonly grids: readonly ShownGrid[];
}
