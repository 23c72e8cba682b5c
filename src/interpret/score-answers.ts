import { scorePearson, scoreSpearman } from "./correlation-scores.ts";
import { scoreBalancedAccuracy } from "./detection-test.ts";
import type { ExamKey } from "./feature-exam.ts";

/** What a method answers to an examination; null for a question to which it gave no answer that could be read. */
export interface ExamAnswers {
  readonly explanation: string | null;
  /** A number for each token of each passage. */
  readonly levels: readonly (readonly number[])[] | null;
  readonly raised: readonly boolean[] | null;
  readonly active: readonly boolean[] | null;
  readonly markedRight: readonly boolean[] | null;
}

/** How well an explanation predicts its feature; null for what was not asked or not answered. */
export interface ExamScores {
  /** Rank correlation of predicted and true levels over all tokens, 0 for a constant prediction: the paper's score. */
  readonly spearman: number | null;
  readonly pearson: number | null;
  /** The same two with each token weighted by how often its kind is met. */
  readonly weightedSpearman: number | null;
  readonly weightedPearson: number | null;
  /** Share of the logit test's tokens answered right; 0.5 by chance, as for the two below. */
  readonly logits: number | null;
  /** Balanced accuracy of telling passages with an activation from silent ones. */
  readonly detection: number | null;
  /** Balanced accuracy of telling marks on active tokens from marks on silent ones. */
  readonly fuzzing: number | null;
}

/** The names of the scores, the paper's first. */
export const SCORE_NAMES = [
  "spearman",
  "pearson",
  "weightedSpearman",
  "weightedPearson",
  "logits",
  "detection",
  "fuzzing",
] as const satisfies readonly (keyof ExamScores)[];

/** The scores of a feature's answers; every list of answers has the length of its questions. */
export function scoreAnswers(answers: ExamAnswers, key: ExamKey): ExamScores {
  return {
    ...scoreLevels(answers.levels, key),
    logits: scoreBoth(answers.raised, key.raised),
    detection: scoreBoth(answers.active, key.active),
    fuzzing: scoreBoth(answers.markedRight, key.markedRight),
  };
}

function scoreLevels(levels: ExamAnswers["levels"], key: ExamKey) {
  if (levels === null || key.levels.length === 0)
    return { spearman: null, pearson: null, weightedSpearman: null, weightedPearson: null };
  const [predicted, actual] = [levels.flat(), key.levels.flat()];
  const weights = key.levels.flatMap((passage, i) => passage.map(() => key.weights[i]!));
  return {
    spearman: scoreSpearman(predicted, actual),
    pearson: scorePearson(predicted, actual),
    weightedSpearman: scoreSpearman(predicted, actual, weights),
    weightedPearson: scorePearson(predicted, actual, weights),
  };
}

function scoreBoth(answers: readonly boolean[] | null, truths: readonly boolean[]): number | null {
  return answers === null ? null : scoreBalancedAccuracy(answers, truths);
}
