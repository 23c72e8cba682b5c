import type { ExamQuestions } from "./feature-exam.ts";
import { explainByRules, RULE_METHOD } from "./rule-explainer.ts";
import type { ExamAnswers } from "./score-answers.ts";

/** Someone who is examined about features. */
export interface InterpretMethod {
  /** Under which explanations are kept; another version is another name. */
  readonly name: string;
  /** Features asked about at once. */
  readonly concurrency: number;
  readonly answer: (questions: ExamQuestions, signal: AbortSignal) => Promise<ExamAnswers>;
}

/** The built-in method, which needs no language model. */
export const ruleMethod: InterpretMethod = {
  name: RULE_METHOD,
  concurrency: 1,
  answer: async (questions) => explainByRules(questions),
};
