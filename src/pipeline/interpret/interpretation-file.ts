import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { FeatureExam } from "../../interpret/feature-exam.ts";
import type { ExamAnswers, SCORE_NAMES } from "../../interpret/score-answers.ts";
import { type ScoreSummary, summariseScores } from "../../interpret/summarise-scores.ts";
import { writeJson } from "../../store/write-atomically.ts";

/** Rises when the examination changes, so that no two different ones are compared. */
export const EXAM_VERSION = 1;

/** Of the file: another one is not gone on with. */
export const INTERPRETATION_FORMAT = 2;

const score = z.number().nullable();
const numbers = z.string().describe("numbers with a space between");

const scoredExampleSchema = z.strictObject({
  source: z.string().describe("top, interval-0 to interval-10, bottom, random or elsewhere"),
  tokens: numbers.describe("ids"),
  levels: numbers.describe("true activations, 0 to 9"),
  predicted: numbers.nullable().describe("what was predicted of the explanation; null where nothing could be read"),
});

const interpretedFeatureSchema = z.strictObject({
  feature: z.int().min(0).describe("number of the feature"),
  singleToken: z.boolean().describe("all its top examples have one token in their centre"),
  explanation: z.string().nullable().describe("what the method said; null where it gave no answer"),
  scores: z.strictObject({
    spearman: score,
    pearson: score,
    weightedSpearman: score,
    weightedPearson: score,
    logits: score,
    detection: score,
    fuzzing: score,
  } satisfies Record<(typeof SCORE_NAMES)[number], typeof score>),
  examples: z.array(scoredExampleSchema).describe("the passages by which it was scored"),
});

const interpretationSchema = z.object({
  format: z.literal(INTERPRETATION_FORMAT),
  exam: z.int().describe("version of the examination"),
  dictionary: z.string(),
  dictionarySha256: z.string().describe("SHA-256 of the dictionary's directions"),
  tokensSha256: z.string().describe("SHA-256 of the held-out token ids"),
  method: z.string().describe("who was examined"),
  seed: z.int(),
  tooFewExamples: z.array(z.int()).describe("features of the sample that were left out"),
  features: z.array(interpretedFeatureSchema).describe("in the order of the sample"),
});

/** One feature's explanation and scores. */
export type InterpretedFeature = z.output<typeof interpretedFeatureSchema>;

/** A passage with true and predicted levels. */
export type ScoredExample = z.output<typeof scoredExampleSchema>;

/** What one method said about a sample of a dictionary's features. */
export type Interpretation = z.output<typeof interpretationSchema>;

/** What an interpretation is of; results of anything else are not gone on with. */
export type InterpretationKey = Omit<Interpretation, "tooFewExamples" | "features">;

/** The results kept at `path` of exactly this examination, by feature; none where there are none that can be read. */
export function readInterpreted(path: string, key: InterpretationKey): Map<number, InterpretedFeature> {
  const kept = existsSync(path) ? parseInterpretation(readFileSync(path, "utf8")) : undefined;
  const names = Object.keys(key) as (keyof InterpretationKey)[];
  if (kept === undefined || names.some((name) => kept[name] !== key[name])) return new Map();
  return new Map(kept.features.map((one) => [one.feature, one]));
}

/** The results in a file; undefined where they cannot be read. */
export function parseInterpretation(text: string): Interpretation | undefined {
  return interpretationSchema.safeParse(parseJson(text)).data;
}

/** The passages of an examination with what was predicted of them, to two digits. */
export function listScoredExamples({ asked, key }: FeatureExam, predicted: ExamAnswers["levels"]): ScoredExample[] {
  return asked.map(({ source, tokens }, i) => ({
    source: source.kind === "interval" ? `interval-${source.interval}` : source.kind,
    tokens: tokens.join(" "),
    levels: key.levels[i]!.join(" "),
    predicted: predicted === null ? null : predicted[i]!.map((level) => Number(level.toFixed(2))).join(" "),
  }));
}

/** Keeps results with the medians of the sample that was asked for, which they return. */
export function writeInterpretation(
  path: string,
  interpretation: Interpretation,
  sample: readonly InterpretedFeature[],
): ScoreSummary {
  const summary = summariseScores(sample);
  writeJson(path, { ...interpretation, summary });
  return summary;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
