import { estimateMedian, type MedianEstimate } from "../numerics/median-interval.ts";
import { type ExamScores, SCORE_NAMES } from "./score-answers.ts";

/** One feature's scores, and whether it fires on a single token. */
export interface ScoredFeature {
  readonly singleToken: boolean;
  readonly scores: ExamScores;
}

/** The median of each score that some feature has. */
export type ScoreMedians = Readonly<Record<keyof ExamScores, MedianEstimate | null>>;

/** Medians over all features, over those of a single token, and over the others (paper, appendix on automation). */
export interface ScoreSummary {
  readonly features: number;
  /** Features of which the method gave no prediction that could be read; they are in no median of the correlations. */
  readonly unanswered: number;
  readonly all: ScoreMedians;
  readonly singleToken: ScoreMedians;
  readonly others: ScoreMedians;
}

/** The medians of features' scores with their 95 % intervals. */
export function summariseScores(features: readonly ScoredFeature[]): ScoreSummary {
  return {
    features: features.length,
    unanswered: features.filter(({ scores }) => scores.spearman === null).length,
    all: measureMedians(features),
    singleToken: measureMedians(features.filter(({ singleToken }) => singleToken)),
    others: measureMedians(features.filter(({ singleToken }) => !singleToken)),
  };
}

function measureMedians(features: readonly ScoredFeature[]): ScoreMedians {
  const entries = SCORE_NAMES.map((name) => {
    const known = features.flatMap(({ scores }) => (scores[name] === null ? [] : [scores[name]]));
    return [name, estimateMedian(known)] as const;
  });
  return Object.fromEntries(entries) as ScoreMedians;
}
