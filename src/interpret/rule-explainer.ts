import type { ExamQuestions, ShownPassage } from "./feature-exam.ts";
import { growRules, type TokenRule } from "./grow-rules.ts";
import { findRaiseTests, isRaised } from "./raise-rules.ts";
import type { ExamAnswers } from "./score-answers.ts";
import { describeTest, holds, type TokenTest } from "./token-rules.ts";

/** The name of the built-in method; its number rises when its answers change. */
export const RULE_METHOD = "rules 1";

/** Above it a token counts as active: nearer to the lowest level of an active one than to silence. */
const ACTIVE_LEVEL = 0.5;

/**
 * Explains a feature by rules found from its examples, and answers the examination by these rules alone. Beside what a language model
 * is told it knows the documents' labels.
 */
export function explainByRules(questions: ExamQuestions): ExamAnswers & { readonly explanation: string } {
  const rules = growRules(questions.examples);
  const seen = questions.examples.flatMap(({ tokens }) => tokens);
  const raiseTests = findRaiseTests(questions.raised, [...questions.lowered, ...seen]);
  const predict = (passage: ShownPassage): number[] => passage.tokens.map((_, place) => levelAt(rules, passage, place));
  return {
    explanation: `${describeRules(rules)} ${describeRaised(raiseTests, questions)}`.trim(),
    levels: questions.passages.map(predict),
    raised: questions.logitTokens.map((token) => isRaised(raiseTests, token)),
    active: questions.detection.map((passage) => predict(passage).some((level) => level >= ACTIVE_LEVEL)),
    markedRight: questions.fuzzing.map((passage) => isMarkedRight(predict(passage), passage.marked)),
  };
}

/** The level that the first rule which holds gives. */
function levelAt(rules: readonly TokenRule[], passage: ShownPassage, place: number): number {
  return rules.find(({ tests }) => tests.every((test) => holds(test, passage, place)))?.level ?? 0;
}

/** Marks are right if the tokens below them are predicted to be more active than the others. */
function isMarkedRight(levels: readonly number[], marked: readonly boolean[]): boolean {
  const meanOf = (mark: boolean): number => {
    const chosen = levels.filter((_, place) => marked[place] === mark);
    return chosen.length === 0 ? 0 : chosen.reduce((sum, level) => sum + level, 0) / chosen.length;
  };
  return meanOf(true) > meanOf(false);
}

function describeRules(rules: readonly TokenRule[]): string {
  if (rules.length === 1) return `No rule was found; level ${rules[0]!.level} on every token.`;
  const sentences = rules.map(({ tests, level }, place) => {
    if (tests.length === 0) return `elsewhere ${level}`;
    return `${place === 0 ? "Level " : ""}${level} on ${tests.map(describeTest).join(" and at the same time ")}`;
  });
  return `${sentences.join("; else ").replace("else elsewhere", "elsewhere")}.`;
}

function describeRaised(tests: readonly TokenTest[], { raised }: ExamQuestions): string {
  if (raised.length === 0) return "";
  if (tests.length === 0) return "What it raises follows no rule.";
  return `Raises ${tests.map(describeTest).join(", and ")}.`;
}
