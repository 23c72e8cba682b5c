import { setImmediate } from "node:timers/promises";
import type { FeatureRecord } from "../../features/feature-record.ts";
import { boundUsage, estimateUsage, type TokenUsage } from "../../interpret/budget.ts";
import { isSingleToken } from "../../interpret/choose-features.ts";
import type { InterpretMethod } from "../../interpret/interpret-method.ts";
import { listRequests } from "../../interpret/model-method.ts";
import { scoreAnswers } from "../../interpret/score-answers.ts";
import type { ScoreSummary } from "../../interpret/summarise-scores.ts";
import type { ChatRequest } from "../../interpret/write-prompts.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { UserError } from "../../numerics/user-error.ts";
import { lockRunDirectory } from "../../store/lock.ts";
import { nameRun, runPaths } from "../../store/run-directory.ts";
import { Interrupted } from "../stage.ts";
import { answerInParallel } from "./answer-in-parallel.ts";
import {
  EXAM_VERSION,
  INTERPRETATION_FORMAT,
  type InterpretedFeature,
  listScoredExamples,
  readInterpreted,
} from "./interpretation-file.ts";
import { createKeeper } from "./keep-interpretation.ts";
import { isComparable, type ListedInterpretation, listInterpretations } from "./list-interpretations.ts";
import { openExaminer, type SetExam } from "./open-examiner.ts";

/** Whose features are explained, how many, and by what. */
export interface InterpretRequest {
  readonly directory: string;
  readonly dictionary: string;
  readonly features: number;
  readonly seed: number;
  readonly method: InterpretMethod;
  readonly kernels: Kernels;
  /** Runs of shuffled weights, whose results are told beside. */
  readonly controls?: readonly string[];
}

/** What is told meanwhile; figures in `done` count from what was there before. */
export type InterpretEvent =
  | {
      readonly kind: "progress";
      readonly stage: "examples" | "explain";
      readonly done: number;
      readonly total: number;
      readonly unit: "contexts" | "features";
    }
  | ({ readonly kind: "explained" } & InterpretedFeature);

/** What came out. */
export interface InterpretResult {
  readonly dictionary: string;
  readonly method: string;
  readonly seed: number;
  readonly tooFewExamples: number;
  readonly summary: ScoreSummary;
  /** What the same examination gave by the same method for neurons, other dictionaries and controls. */
  readonly beside: readonly ListedInterpretation[];
  /** The file that holds all of it. */
  readonly path: string;
}

/**
 * Examines a method about a seeded sample of a dictionary's features and keeps explanations and scores as they come. Features that were
 * explained before by the same method in the same examination are not asked about again; aborted, it throws `Interrupted`.
 */
export async function* interpretRun(
  request: InterpretRequest,
  signal: AbortSignal,
): AsyncGenerator<InterpretEvent, InterpretResult> {
  const { directory, dictionary, seed, method, kernels } = request;
  const paths = runPaths(directory);
  const examiner = openExaminer(directory, dictionary, request.features, seed, kernels);
  const unlock = lockRunDirectory(directory);
  try {
    const { header, sample } = examiner;
    if (sample.records.length === 0)
      throw new UserError(
        `${dictionary} has no feature with enough examples: ${sample.tooFewExamples.length} are neither dead nor ultralow, none of them with 20 different ones`,
      );
    const path = paths.interpretation(dictionary, method.name);
    const { dictionarySha256, tokensSha256 } = header;
    const key = {
      format: INTERPRETATION_FORMAT,
      exam: EXAM_VERSION,
      dictionary,
      dictionarySha256,
      tokensSha256,
      method: method.name,
      seed,
    } as const;
    const known = readInterpreted(path, key);
    const keeper = createKeeper({ path, labels: paths.labels, key, sample, known });
    const missing = sample.records.filter(({ index }) => !known.has(index));
    if (missing.length > 0) yield* explainFeatures(examiner.prepare(missing, signal), missing, request, keeper, signal);
    const summary = keeper.finish();
    const beside = [directory, ...(request.controls ?? [])]
      .flatMap(listInterpretations)
      .filter((one) => isComparable(one, key) && (one.run !== nameRun(directory) || one.dictionary !== dictionary));
    const tooFewExamples = sample.tooFewExamples.length;
    return { dictionary, method: method.name, seed, tooFewExamples, summary, beside, path };
  } finally {
    examiner.close();
    unlock();
  }
}

/** What asking a language model about a sample takes, replies that are kept already included. */
export interface InterpretEstimate {
  readonly features: number;
  readonly requests: number;
  /** Tokens about, and at most. */
  readonly usual: TokenUsage;
  readonly most: TokenUsage;
}

/** Estimates what examining a language model about the sample takes; asks nothing. */
export async function* estimateRun(
  { directory, dictionary, features, seed, kernels }: Omit<InterpretRequest, "method">,
  signal: AbortSignal,
): AsyncGenerator<InterpretEvent, InterpretEstimate> {
  const examiner = openExaminer(directory, dictionary, features, seed, kernels);
  try {
    const { records } = examiner.sample;
    const setExam = yield* tellProgress(examiner.prepare(records, signal));
    const requests: ChatRequest[] = [];
    for (const record of records) requests.push(...listRequests((await setExam(record)).questions));
    const sumUp = (measure: (request: ChatRequest) => TokenUsage): TokenUsage => {
      const usages = requests.map(measure);
      return {
        input: usages.reduce((sum, { input }) => sum + input, 0),
        output: usages.reduce((sum, { output }) => sum + output, 0),
      };
    };
    const [usual, most] = [sumUp(estimateUsage), sumUp(boundUsage)];
    return { features: records.length, requests: requests.length, usual, most };
  } finally {
    examiner.close();
  }
}

async function* explainFeatures(
  preparation: AsyncGenerator<{ readonly contexts: number; readonly ofContexts: number }, SetExam>,
  records: readonly FeatureRecord[],
  { method }: InterpretRequest,
  keeper: ReturnType<typeof createKeeper>,
  signal: AbortSignal,
): AsyncGenerator<InterpretEvent> {
  try {
    const setExam = yield* tellProgress(preparation);
    const explain = async (record: FeatureRecord): Promise<InterpretedFeature> => {
      await setImmediate();
      signal.throwIfAborted();
      const exam = await setExam(record);
      const answers = await method.answer(exam.questions, signal);
      const singleToken = isSingleToken(record);
      return {
        feature: record.index,
        singleToken,
        explanation: answers.explanation,
        scores: scoreAnswers(answers, exam.key),
        examples: listScoredExamples(exam, answers.levels),
      };
    };
    let done = 0;
    for await (const interpreted of answerInParallel(records, method.concurrency, explain)) {
      keeper.add(interpreted);
      yield { kind: "explained", ...interpreted };
      yield { kind: "progress", stage: "explain", done: ++done, total: records.length, unit: "features" };
    }
  } catch (error) {
    keeper.finish();
    if (!signal.aborted) throw error;
    throw new Interrupted("stopped; what was explained is kept, and the same command goes on from there");
  }
}

async function* tellProgress(
  preparation: AsyncGenerator<{ readonly contexts: number; readonly ofContexts: number }, SetExam>,
): AsyncGenerator<InterpretEvent, SetExam> {
  for (;;) {
    const next = await preparation.next();
    if (next.done === true) return next.value;
    const { contexts: done, ofContexts: total } = next.value;
    yield { kind: "progress", stage: "examples", done, total, unit: "contexts" };
    await setImmediate();
  }
}
