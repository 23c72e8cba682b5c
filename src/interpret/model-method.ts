import { PROMPT_VERSION } from "./demonstrations.ts";
import type { ExamQuestions } from "./feature-exam.ts";
import type { InterpretMethod } from "./interpret-method.ts";
import { readExplanation, readLevels, readYesNo } from "./read-replies.ts";
import type { ExamAnswers } from "./score-answers.ts";
import {
  askAboutLogits,
  askAboutMarks,
  askToDetect,
  askToExplain,
  askToPredict,
  type ChatRequest,
} from "./write-prompts.ts";

/** A language model that answers; how it is reached, paid and remembered is its own affair. */
export interface LanguageModel {
  readonly name: string;
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly ask: (request: ChatRequest, signal: AbortSignal) => Promise<string>;
}

const NO_ANSWERS: ExamAnswers = { explanation: null, levels: null, raised: null, active: null, markedRight: null };

/** A language model as a method: it explains, and then answers from its explanation alone, each part in a conversation of its own. */
export function createModelMethod(model: LanguageModel): InterpretMethod {
  return {
    name: `${model.name}, prompts ${PROMPT_VERSION}`,
    concurrency: model.concurrency,
    answer: async (questions, signal) => {
      const explanation = readExplanation(await model.ask(askToExplain(questions), signal));
      if (explanation === null) return NO_ANSWERS;
      const lengths = questions.passages.map(({ tokens }) => tokens.length);
      const levels = readLevels(await model.ask(askToPredict(explanation, questions), signal), lengths);
      const ask = async (write: (said: string, of: ExamQuestions) => ChatRequest, count: number) =>
        count === 0 ? [] : readYesNo(await model.ask(write(explanation, questions), signal), count);
      return {
        explanation,
        levels,
        raised: await ask(askAboutLogits, questions.logitTokens.length),
        active: await ask(askToDetect, questions.detection.length),
        markedRight: await ask(askAboutMarks, questions.fuzzing.length),
      };
    },
  };
}

/** An explanation of usual length, to estimate what asking from one costs. */
const USUAL_EXPLANATION =
  "names of weekdays in dates, weakly names of months; makes parts of the day likelier. ".repeat(2);

/** All requests of one examination, with an explanation of usual length. */
export function listRequests(questions: ExamQuestions): ChatRequest[] {
  return [
    askToExplain(questions),
    ...[askToPredict, askAboutLogits, askToDetect, askAboutMarks].map((write) => write(USUAL_EXPLANATION, questions)),
  ].filter(({ maxTokens }) => maxTokens > 0);
}
