import type { MedianEstimate } from "../numerics/median-interval.ts";

/** Two features of levels that follow each other are linked where the larger of their masked cosines exceeds this (paper, appendix on feature splitting). */
export const SPLITTING_THRESHOLD = 0.4;

/** Larger thresholds at which the links are counted too: where chance alone makes links, the paper's says little. */
const FURTHER_THRESHOLDS = [0.5, 0.6, 0.7, 0.8, 0.9];
/** Edges that are kept: those among so many strongest of their fine feature ... */
export const KEPT_PARENTS = 8;
/** ... or of their coarse one. */
export const KEPT_CHILDREN = 32;

/** A feature is one of a concept's where so much of what it fires on belongs to it ... */
export const CONCEPT_PRECISION = 0.5;
/** ... it fires on so many tokens that this is no accident ... */
export const CONCEPT_FIRINGS = 20;
/** ... and the concept is no larger a share of the text: half of anything belongs to one that is everywhere. */
export const CONCEPT_SHARE = 0.1;

/** The thresholds at which a graph's links are counted: its own and larger ones. */
export function listThresholds(threshold: number): [number, ...number[]] {
  return [threshold, ...FURTHER_THRESHOLDS.filter((further) => further > threshold)];
}

/** One dictionary of the run, as the graph names it. */
export interface SplittingLevel {
  readonly dictionary: string;
  /** Hash of the directions, as in the header of its feature pages. */
  readonly dictionarySha256: string;
  readonly features: number;
  readonly dead: number;
  readonly ultralow: number;
}

/** A share of the features of a level that take part, with its 95 % interval. */
export interface ShareEstimate {
  readonly count: number;
  readonly total: number;
  readonly interval: readonly [low: number, high: number];
}

/** How many partners the features of one side have. */
export interface PartnerEstimate {
  readonly withAny: ShareEstimate;
  readonly median: MedianEstimate;
}

/** The links between two levels above one threshold; null where no feature of a side takes part. */
export interface LinkStatistics {
  readonly threshold: number;
  readonly edges: number;
  /** Of the coarse level's features. */
  readonly children: PartnerEstimate | null;
  /** Of the fine level's features. */
  readonly parents: PartnerEstimate | null;
  /** The same where the fine level reads other contexts than the coarse one: what is linked without having to do with one another. */
  readonly chance: {
    readonly edges: number;
    readonly children: ShareEstimate | null;
    readonly parents: ShareEstimate | null;
  };
}

/** Two levels that follow each other. */
export interface SplittingLink {
  /** The strongest edges, by coarse feature and then by fine one; cosines to three digits. */
  readonly edges: {
    readonly coarse: readonly number[];
    readonly fine: readonly number[];
    readonly onCoarse: readonly number[];
    readonly onFine: readonly number[];
  };
  /** Of each coarse feature its edges above the graph's threshold, kept or not; -1 where it takes no part. */
  readonly childCounts: readonly number[];
  /** Of each fine feature. */
  readonly parentCounts: readonly number[];
  /** At the graph's threshold and at larger ones. */
  readonly statistics: readonly [LinkStatistics, ...LinkStatistics[]];
}

/** How many features a concept has in each level. */
export interface ConceptCount {
  readonly proxy: string;
  readonly title: string;
  /** Tokens that belong to the proxy. */
  readonly positives: number;
  /** Of each level the features that are the concept's, the most precise first. */
  readonly features: readonly (readonly number[])[];
}

/** `analyses/splitting.*.json`: which features of a dictionary are split in a larger one of the same activations. */
export interface Splitting {
  readonly tokens: number;
  readonly threshold: number;
  /** Features that fire on a smaller share of the tokens are left out, as dead ones are. */
  readonly lowestDensity: number;
  /** The smallest dictionary first. */
  readonly levels: readonly SplittingLevel[];
  /** One fewer than levels: from each to the next. */
  readonly links: readonly SplittingLink[];
  readonly conceptRule: { readonly precision: number; readonly firings: number; readonly share: number };
  readonly concepts: readonly ConceptCount[];
}
