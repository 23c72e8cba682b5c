import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { SCORE_NAMES } from "../../interpret/score-answers.ts";
import { type ScoreSummary, summariseScores } from "../../interpret/summarise-scores.ts";
import { writeJson } from "../../store/write-atomically.ts";

/** Rises when the examination changes, so that no two different ones are compared. */
export const EXAM_VERSION = 1;

const score = z.number().nullable();

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
});

const interpretationSchema = z.object({
  format: z.literal(1),
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

/** What one method said about a sample of a dictionary's features. */
export type Interpretation = z.output<typeof interpretationSchema>;

/** What an interpretation is of; results of anything else are not gone on with. */
export type InterpretationKey = Omit<Interpretation, "tooFewExamples" | "features">;

/** The results kept at `path` of exactly this examination, by feature; none where there are none that can be read. */
export function readInterpreted(path: string, key: InterpretationKey): Map<number, InterpretedFeature> {
  const kept = existsSync(path)
    ? interpretationSchema.safeParse(parseJson(readFileSync(path, "utf8"))).data
    : undefined;
  const names = Object.keys(key) as (keyof InterpretationKey)[];
  if (kept === undefined || names.some((name) => kept[name] !== key[name])) return new Map();
  return new Map(kept.features.map((one) => [one.feature, one]));
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
