import { existsSync, readFileSync } from "node:fs";
import type { Finding } from "../metrics/diagnose-finding.ts";
import { hasModelMetrics } from "../metrics/dictionary-metrics.ts";
import { diagnoseTraining } from "../metrics/doctor.ts";
import { createTrainingRecord } from "../metrics/training-record.ts";
import { UserError } from "../numerics/user-error.ts";
import { listDictionaryNames } from "../store/dictionary-names.ts";
import { readEvents } from "../store/event-log.ts";
import { runPaths } from "../store/run-directory.ts";
import { readAllMetrics } from "./dictionary-files.ts";
import type { RunProgress } from "./progress-recorder.ts";
import { readDictionaryConfig, readRunConfig } from "./run-config.ts";

/** What the training doctor says of one dictionary. */
export interface DictionaryDiagnosis {
  readonly dictionary: string;
  /** Steps done, of how many, and looks taken. */
  readonly step: number;
  readonly steps: number;
  readonly looks: number;
  readonly findings: readonly Finding[];
}

/** Diagnoses the dictionaries of a run that have begun to learn, or the named one; a `UserError` where there is none. */
export function diagnoseRun(directory: string, name?: string): DictionaryDiagnosis[] {
  if (readRunConfig(directory) === undefined)
    throw new UserError(`${directory} is not a run directory: it has no config.json; name one made by monosem run`);
  const paths = runPaths(directory);
  const names = name === undefined ? listDictionaryNames(directory) : [name];
  const learning = names.filter((dictionary) => existsSync(paths.dictionary(dictionary).metricsLog));
  if (learning.length > 0) return learning.map((dictionary) => diagnoseDictionary(directory, dictionary));
  const which = name === undefined ? "no dictionary" : `dictionary ${name}`;
  throw new UserError(
    `${directory}: ${which} has ${name === undefined ? "" : "not "}begun to learn there, so there is nothing to diagnose; start with monosem train-dictionary --run ${directory}`,
  );
}

function diagnoseDictionary(directory: string, dictionary: string): DictionaryDiagnosis {
  const paths = runPaths(directory).dictionary(dictionary);
  const metrics = existsSync(paths.metrics) ? readAllMetrics(paths) : null;
  const record = createTrainingRecord(readEvents(paths.metricsLog), {
    resampling: readDictionaryConfig(directory, dictionary).resampling.kind,
    metrics: metrics !== null && hasModelMetrics(metrics) ? metrics : null,
    failure: existsSync(paths.weights) ? null : readFailure(directory),
  });
  const last = record.steps.at(-1);
  return {
    dictionary,
    step: last?.step ?? 0,
    steps: last?.steps ?? 0,
    looks: record.looks.length,
    findings: diagnoseTraining(record),
  };
}

function readFailure(directory: string): string | null {
  try {
    const progress = JSON.parse(readFileSync(runPaths(directory).progress, "utf8")) as RunProgress;
    return progress.state === "failed" ? progress.message : null;
  } catch {
    return null;
  }
}
