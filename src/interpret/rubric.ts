import { INTERVALS } from "../features/feature-record.ts";

/** What a rater says about one unit, a feature or a neuron, without knowing which; null where nothing was answered yet. */
export interface RatingAnswers {
  /** What the unit stands for; empty where no interpretation was found. */
  readonly interpretation: string | null;
  readonly confidence: number | null;
  /** Of each interval that is asked about, in the unit's order. */
  readonly consistency: readonly (number | null)[];
  readonly logits: number | null;
  /** Not asked where all raised tokens are consistent. */
  readonly separation: number | null;
  readonly specificity: number | null;
}

/** A question of the rubric that is answered by points. */
export type PointName = "confidence" | "consistency" | "logits" | "separation" | "specificity";

/** One question that is put to a rater. */
export type RatingStep =
  | { readonly name: "interpretation" }
  | { readonly name: Exclude<PointName, "consistency"> }
  /** `place` is that of the interval among those asked about. */
  | { readonly name: "consistency"; readonly place: number };

/** The most points of each question (paper, appendix on the rubric). */
export const MOST_POINTS = { confidence: 3, consistency: 5, logits: 3, separation: 1, specificity: 3 } as const;

/** The most points of an interval: where all raised tokens are consistent there is no separation to judge, which costs nothing. */
export const HIGHEST_SCORE = 14;

/** An interval above this many points is called quite interpretable in the paper. */
export const QUITE_INTERPRETABLE = 8;

/** The paper's medians, of intervals of features and of neurons. */
export const PAPER_MEDIANS = { feature: 12, neuron: 0 } as const;

/** Longest interpretation and rater's name, in UTF-16 units. */
export const RATING_LIMITS = { interpretation: 1000, rater: 40, session: 40 } as const;

/** No answers yet about a unit of which so many intervals are asked about. */
export function emptyAnswers(intervals: number): RatingAnswers {
  const consistency = Array.from({ length: intervals }, () => null);
  return { interpretation: null, confidence: null, consistency, logits: null, separation: null, specificity: null };
}

/** The questions about a unit in the order of the rubric, as far as the answers say which are asked. */
export function listSteps({ interpretation, consistency, logits }: RatingAnswers): RatingStep[] {
  if (interpretation === "") return [{ name: "interpretation" }];
  return [
    { name: "interpretation" },
    { name: "confidence" },
    ...consistency.map((_, place) => ({ name: "consistency", place }) as const),
    { name: "logits" },
    ...(logits === MOST_POINTS.logits ? [] : [{ name: "separation" } as const]),
    { name: "specificity" },
  ];
}

/** The answer to a question. */
export function readAnswer(answers: RatingAnswers, step: RatingStep): string | number | null {
  return step.name === "consistency" ? (answers.consistency[step.place] ?? null) : answers[step.name];
}

/**
 * The answers with one of them changed; null takes it back. Raised tokens that are all consistent leave no separation to judge, and
 * no interpretation leaves nothing to judge at all.
 */
export function changeAnswer(answers: RatingAnswers, step: RatingStep, value: string | number | null): RatingAnswers {
  if (step.name === "consistency")
    return {
      ...answers,
      consistency: answers.consistency.map((points, place) => (place === step.place ? (value as number) : points)),
    };
  if (step.name === "interpretation" && value === "")
    return { ...emptyAnswers(answers.consistency.length), interpretation: "" };
  const changed = { ...answers, [step.name]: value };
  return changed.logits === MOST_POINTS.logits ? { ...changed, separation: null } : changed;
}

/** The first question without an answer; undefined once all are answered. */
export function findNextStep(answers: RatingAnswers): RatingStep | undefined {
  return listSteps(answers).find((step) => readAnswer(answers, step) === null);
}

/** The answers without the one that was given last in the rubric's order; undefined where there is none. */
export function undoAnswer(answers: RatingAnswers): RatingAnswers | undefined {
  const last = listSteps(answers).findLast((step) => readAnswer(answers, step) !== null);
  return last && changeAnswer(answers, last, null);
}

/**
 * The points of each interval asked about, 0 to 14: those of the unit's interpretation and the interval's consistency with it.
 * Without an interpretation there is nothing to be consistent with: 0. Undefined while a question is open.
 */
export function scoreIntervals(answers: RatingAnswers): number[] | undefined {
  if (findNextStep(answers) !== undefined) return undefined;
  const { interpretation, confidence, consistency, logits, separation, specificity } = answers;
  if (interpretation === "") return consistency.map(() => 0);
  const ofUnit = confidence! + logits! + (separation ?? 0) + specificity!;
  return consistency.map((points) => ofUnit + points!);
}

/** The name of an interval as raters see it: its share of the maximum activation. */
export function nameInterval(interval: number): string {
  const percent = (edge: number) => Math.round((100 * edge) / INTERVALS);
  return `${percent(interval)}–${percent(interval + 1)} %`;
}
