import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { ANALYSIS_NAMES, type AnalysisName } from "../analysis/analyses.ts";
import type { Specificity } from "../analysis/specificity.ts";
import type { DictionaryConfig } from "../autoencoder/config.ts";
import type { ReconstructionMetrics } from "../metrics/dictionary-metrics.ts";
import type { Experiment } from "../pipeline/experiment.ts";
import type { RunReport } from "../pipeline/report.ts";
import type { ModelEvaluation } from "../pipeline/stages/train-model.ts";
import type { Timings } from "../pipeline/timings.ts";
import type { DictionaryDetails, DictionarySummary, RunDetails, RunSummary } from "./api.ts";
import type { FeaturePacks } from "./feature-packs.ts";
import { listComparisons } from "./list-comparisons.ts";
import { readProgress } from "./read-progress.ts";
import type { RunCatalogue, ServedDictionary, ServedRun } from "./run-catalogue.ts";

/** A run as lists show it. */
export async function describeRun(catalogue: RunCatalogue, packs: FeaturePacks, run: ServedRun): Promise<RunSummary> {
  const progress = await readProgress(run);
  const own = catalogue.listDictionaries().filter((dictionary) => dictionary.run.id === run.id);
  return {
    id: run.id,
    name: run.name,
    state: progress?.state ?? "waiting",
    progress,
    dictionaries: await Promise.all(own.map((dictionary) => describeDictionary(packs, dictionary))),
  };
}

/** All that is known about a run apart from its curves. */
export async function detailRun(catalogue: RunCatalogue, packs: FeaturePacks, run: ServedRun): Promise<RunDetails> {
  const [summary, config, timings, report, evaluation] = await Promise.all([
    describeRun(catalogue, packs, run),
    readJson<{ experiment?: Experiment }>(run.paths.config),
    readJson<Timings>(run.paths.timings),
    readJson<RunReport>(run.paths.reportJson),
    readJson<ModelEvaluation>(run.paths.model.evaluation),
  ]);
  return { ...summary, experiment: config?.experiment ?? null, timings: timings ?? {}, report, evaluation };
}

/** One dictionary with its metrics and the header of its feature pages, as far as they exist. */
export async function describeDictionary(
  packs: FeaturePacks,
  dictionary: ServedDictionary,
): Promise<DictionarySummary> {
  const found = await packs.find(dictionary);
  const [own, run, metrics] = await Promise.all([
    readJson<DictionaryConfig>(dictionary.paths.config),
    readJson<{ experiment?: Experiment }>(dictionary.run.paths.config),
    readJson<ReconstructionMetrics>(dictionary.paths.metrics),
  ]);
  return {
    id: dictionary.id,
    name: dictionary.name,
    run: dictionary.run.id,
    pack: found.kind === "open" ? found.pack.header : null,
    packProblem: found.kind === "damaged" ? found.problem : null,
    config: own ?? run?.experiment?.dictionary ?? null,
    metrics,
  };
}

/** One dictionary with all that was found out about it. */
export async function detailDictionary(
  catalogue: RunCatalogue,
  packs: FeaturePacks,
  dictionary: ServedDictionary,
): Promise<DictionaryDetails> {
  const [summary, specificity] = await Promise.all([
    describeDictionary(packs, dictionary),
    readJson<Specificity>(dictionary.run.paths.analysis("specificity", dictionary.name)),
  ]);
  const packWarning = summary.pack && (await packs.warn(dictionary, summary.pack));
  const [analyses, comparisons] = [listAnalyses(dictionary), listComparisons(catalogue, dictionary)];
  return { ...summary, specificity, analyses, packWarning, comparisons };
}

function listAnalyses({ run, name }: ServedDictionary): AnalysisName[] {
  return ANALYSIS_NAMES.filter((analysis) => existsSync(run.paths.analysis(analysis, name)));
}

/** A JSON file that may not be there yet. */
async function readJson<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch {
    return null;
  }
}
