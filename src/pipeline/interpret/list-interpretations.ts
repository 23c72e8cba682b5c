import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ScoreSummary, summariseScores } from "../../interpret/summarise-scores.ts";
import { nameRun, runPaths } from "../../store/run-directory.ts";
import { readRunConfig } from "../run-config.ts";
import { type Interpretation, type InterpretationKey, parseInterpretation } from "./interpretation-file.ts";

/** What one method's explanations of one dictionary's features scored. */
export interface ListedInterpretation extends Omit<InterpretationKey, "format"> {
  /** Name of the run. */
  readonly run: string;
  /** The run's model has shuffled weights: the paper's random transformer. */
  readonly control: boolean;
  readonly summary: ScoreSummary;
}

const NAME = /^interpret\..+\.json$/;

/** All interpretations of a run that can be read, in the order of their names. */
export function listInterpretations(directory: string): ListedInterpretation[] {
  const control = readRunConfig(directory)?.training.control !== undefined;
  return readInterpretations(directory).map((read) => listInterpretation(read, { run: nameRun(directory), control }));
}

/** The features of a dictionary that some method explained. */
export function listExplainedFeatures(directory: string, dictionary: string): number[] {
  const read = readInterpretations(directory).filter((one) => one.dictionary === dictionary);
  return [...new Set(read.flatMap(({ features }) => features.map(({ feature }) => feature)))];
}

function readInterpretations(directory: string): Interpretation[] {
  return listInterpretationFiles(directory).flatMap((path) => parseInterpretation(readFileSync(path, "utf8")) ?? []);
}

/** The files of interpretations of a run. */
export function listInterpretationFiles(directory: string): string[] {
  const folder = runPaths(directory).analyses;
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** An interpretation without its features: the medians over all of them. */
export function listInterpretation(
  { format: _, features, tooFewExamples: __, ...key }: Interpretation,
  where: Pick<ListedInterpretation, "run" | "control">,
): ListedInterpretation {
  return { ...key, ...where, summary: summariseScores(features) };
}

/** Whether the same questions about the same text were put to the same method. */
export function isComparable(
  a: Pick<InterpretationKey, "exam" | "method" | "tokensSha256">,
  b: Pick<InterpretationKey, "exam" | "method" | "tokensSha256">,
): boolean {
  return a.exam === b.exam && a.method === b.method && a.tokensSha256 === b.tokensSha256;
}
