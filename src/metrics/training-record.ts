import type { DictionaryLook } from "./dictionary-look.ts";
import type { DictionaryMetrics } from "./dictionary-metrics.ts";

/** What is known of a dictionary's training: the lines of its log by kind, and what came of it. */
export interface TrainingRecord {
  readonly steps: readonly StepLine[];
  readonly looks: readonly DictionaryLook[];
  readonly resamples: readonly ResampleLine[];
  /** How its features are re-initialised, such as `none`; null where that is not known. */
  readonly resampling: string | null;
  /** Its judgement on held-out text, once there is one. */
  readonly metrics: Pick<DictionaryMetrics, "lossRecovered"> | null;
  /** Why the run stopped, where it failed. */
  readonly failure: string | null;
}

/** A `step` line of the log; a number that was not finite reads as null. */
export interface StepLine {
  readonly step: number;
  readonly steps: number;
  readonly vectors: number;
  /** In the recipe's own units. */
  readonly loss: number | null;
  readonly reconstruction: number | null;
  readonly l1: number;
  /** The coefficient beside a sum of squared errors, whatever the recipe's own units. */
  readonly l1SumOfSquares: number;
  readonly l0: number;
  readonly learningRate: number;
}

/** A `resample` line of the log. */
export interface ResampleLine {
  readonly step: number;
  /** How many were re-initialised. */
  readonly features: number;
}

/** Sorts a log's lines into a record; lines of other kinds, and fields that are missing, are left out. */
export function createTrainingRecord(
  lines: Iterable<Readonly<Record<string, unknown>>>,
  outcome: Partial<Pick<TrainingRecord, "resampling" | "metrics" | "failure">> = {},
): TrainingRecord {
  const steps: StepLine[] = [];
  const looks: DictionaryLook[] = [];
  const resamples: ResampleLine[] = [];
  for (const line of lines) {
    if (line.kind === "step") steps.push(readStep(line));
    if (line.kind === "look") looks.push(line as unknown as DictionaryLook);
    if (line.kind === "resample")
      resamples.push({ step: readNumber(line.step) ?? 0, features: readNumber(line.features) ?? 0 });
  }
  return { steps, looks, resamples, resampling: null, metrics: null, failure: null, ...outcome };
}

/** Share of the run's steps that are done. */
export function shareDone({ steps }: TrainingRecord): number {
  const last = steps.at(-1);
  return last === undefined || last.steps === 0 ? 0 : last.step / last.steps;
}

/** The largest learning rate so far: at the end of a schedule the last one is 0. */
export function highestRate(steps: readonly StepLine[]): number {
  return steps.reduce((highest, { learningRate }) => Math.max(highest, learningRate), 0);
}

function readStep(line: Readonly<Record<string, unknown>>): StepLine {
  const l1 = readNumber(line.l1) ?? 0;
  return {
    step: readNumber(line.step) ?? 0,
    steps: readNumber(line.steps) ?? 0,
    vectors: readNumber(line.vectors) ?? 0,
    loss: readNumber(line.loss),
    reconstruction: readNumber(line.reconstruction),
    l1,
    l1SumOfSquares: readNumber(line.l1SumOfSquares) ?? l1,
    l0: readNumber(line.l0) ?? 0,
    learningRate: readNumber(line.learningRate) ?? 0,
  };
}

function readNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
