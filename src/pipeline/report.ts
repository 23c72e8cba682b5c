import { existsSync, readdirSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { dirname } from "node:path";
import { ANALYSIS_NAMES } from "../analysis/analyses.ts";
import type { Specificity } from "../analysis/specificity.ts";
import { listDictionaryNames } from "../store/dictionary-names.ts";
import { hashOutputs, readStageRecord } from "../store/stage-record.ts";
import { TOOL_VERSION } from "../store/tool-version.ts";
import { writeAtomically, writeJson } from "../store/write-atomically.ts";
import { readActivationStatistics } from "./activation-files.ts";
import { NEURONS, readAllMetrics, readTrainedActivations } from "./dictionary-files.ts";
import type { Experiment } from "./experiment.ts";
import { type ActivationFile, readFileList, statisticsSite } from "./own-activations.ts";
import {
  type AnyDictionaryReport,
  type DictionaryReport,
  formatCount,
  renderDictionary,
  renderSideBySide,
} from "./report-dictionary.ts";
import { readSpecificity, renderSpecificity, summariseSpecificity } from "./report-specificity.ts";
import { readDictionaryConfig } from "./run-config.ts";
import type { StageContext } from "./stage.ts";
import { type ModelEvaluation, readModelEvaluation } from "./stages/train-model.ts";

/** `report.json`: what was done and what came out. Holds nothing that depends on the clock. */
export interface RunReport<Dictionary = DictionaryReport> {
  readonly versions: { readonly monosem: string; readonly node: string };
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly platform: string;
    readonly backend: string;
    readonly level: string;
    readonly threads: number;
  };
  readonly seed: number;
  readonly config: Experiment;
  /** Hash of each finished stage's outputs. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly model?: ModelEvaluation;
  /** The files learned from, where there is no model. */
  readonly files?: readonly ActivationFile[];
  readonly dictionary?: Dictionary;
  /** The run's other dictionaries by name. */
  readonly dictionaries: Readonly<Record<string, Dictionary>>;
  /** Features that stand for scripts and kinds of text, by dictionary. */
  readonly specificity: Readonly<Record<string, Specificity>>;
}

/** Writes `report.json` and `report.md` from what the run directory holds, and returns the Markdown with its long tables cut short. */
export function writeReport({ paths, ...context }: StageContext): string {
  const report = createReport({ paths, ...context });
  writeJson(paths.reportJson, report);
  writeAtomically(paths.reportMarkdown, renderReport(report, renderSpecificity));
  return renderReport(report, (name, found) => summariseSpecificity(name, found, paths.reportMarkdown));
}

function createReport(context: StageContext): RunReport<AnyDictionaryReport> {
  const { paths, kernels, experiment } = context;
  const names = listJudgedDictionaries(context);
  const others = names.filter((name) => name !== "main");
  const processor = cpus();
  return {
    versions: { monosem: TOOL_VERSION, node: process.version },
    machine: {
      processor: processor[0]?.model.trim() ?? "unknown",
      cores: processor.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      platform: `${platform()} ${arch()}`,
      backend: kernels.backend,
      level: kernels.level,
      threads: kernels.threads,
    },
    seed: experiment.seed,
    config: experiment,
    hashes: collectHashes(paths.root, names),
    ...(existsSync(paths.model.evaluation) ? { model: readModelEvaluation(paths.model.evaluation) } : {}),
    ...(existsSync(paths.activations.files) ? { files: readFileList(paths) } : {}),
    ...(names.includes("main") ? { dictionary: describeDictionary(context, "main") } : {}),
    dictionaries: Object.fromEntries(others.map((name) => [name, describeDictionary(context, name)])),
    specificity: readSpecificities(context),
  };
}

function listJudgedDictionaries({ paths }: StageContext): string[] {
  const folder = dirname(paths.dictionary("main").folder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(paths.dictionary(name).metrics));
}

function readSpecificities({ paths }: StageContext): Record<string, Specificity> {
  const names = new Set(["main", NEURONS, ...listDictionaryNames(paths.root)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const found = readSpecificity(paths.analysis("specificity", name));
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

function describeDictionary({ paths, experiment }: StageContext, name: string): AnyDictionaryReport {
  const dictionary = readDictionaryConfig(paths.root, name);
  const activations = readTrainedActivations(paths.dictionary(name));
  const { rows: meanActivationRows } = readActivationStatistics(paths, statisticsSite({ ...experiment, dictionary }));
  return { activations, l1: dictionary.l1, meanActivationRows, ...readAllMetrics(paths.dictionary(name)) };
}

function collectHashes(root: string, dictionaries: readonly string[]): Record<string, string> {
  const shared = ["tokenize", "train-model", "harvest", "features-neurons"];
  const own = dictionaries.flatMap((name) =>
    ["train-dictionary", "evaluate", "features", ...ANALYSIS_NAMES].map((stage) => `${stage}-${name}`),
  );
  const hashes: Record<string, string> = {};
  for (const stage of [...shared, ...own]) {
    const record = readStageRecord(root, stage);
    if (record !== undefined) hashes[stage] = hashOutputs(record);
  }
  return hashes;
}

/** The report as Markdown, specificity as `renderFound` says it. */
export function renderReport(
  report: RunReport<AnyDictionaryReport>,
  renderFound: (dictionary: string, found: Specificity) => readonly string[],
): string {
  const { machine, versions, model, files, dictionary, dictionaries, specificity } = report;
  const lines = [
    "# Report",
    "",
    `monosem ${versions.monosem}, Node ${versions.node}, seed ${report.seed}; ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ` +
      `backend ${machine.backend} (${machine.level}, ${machine.threads} threads).`,
    "",
  ];
  if (model !== undefined) lines.push(...renderModel(model));
  if (files !== undefined) lines.push(...renderFiles(files));
  if (dictionary !== undefined) lines.push(...renderDictionary(dictionary));
  for (const [name, found] of Object.entries(specificity)) lines.push(...renderFound(name, found));
  if (Object.keys(dictionaries).length > 0) lines.push(...renderSideBySide({ main: dictionary, ...dictionaries }));
  return lines.join("\n");
}

function renderModel(model: ModelEvaluation): string[] {
  return [
    "## Model",
    "",
    "| | |",
    "|---|---:|",
    `| parameters | ${formatCount(model.parameters)} |`,
    `| training tokens | ${formatCount(model.trainTokens)} |`,
    `| held-out tokens | ${formatCount(model.validationTokens)} |`,
    `| held-out loss, nats per token | ${model.validationLoss.toFixed(4)} |`,
    `| bits per byte | ${model.bitsPerByte.toFixed(4)} |`,
    `| unigram loss | ${model.unigramLoss.toFixed(4)} |`,
    `| bigram loss | ${model.bigramLoss.toFixed(4)} |`,
    "",
  ];
}

function renderFiles(files: readonly ActivationFile[]): string[] {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return [
    "## Activations",
    "",
    `${formatCount(rows)} vectors of width ${files[0]!.width} from ${files.length === 1 ? files[0]!.file : `${files.length} files`}; there is no model.`,
    "",
  ];
}
