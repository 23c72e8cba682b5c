import { existsSync, readdirSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { dirname } from "node:path";
import type { ConceptSearch } from "../analysis/search-concepts.ts";
import { type DictionaryMetrics, headlineLossRecovered } from "../metrics/dictionary-metrics.ts";
import { hashOutputs, readStageRecord } from "../store/stage-record.ts";
import { TOOL_VERSION } from "../store/tool-version.ts";
import { writeAtomically, writeJson } from "../store/write-atomically.ts";
import { readActivationStatistics } from "./activation-files.ts";
import { readMetrics, readTrainedActivations } from "./dictionary-files.ts";
import type { Experiment } from "./experiment.ts";
import { readConceptSearch, renderConcepts } from "./report-concepts.ts";
import { readDictionaryConfig } from "./run-config.ts";
import type { StageContext } from "./stage.ts";
import { type ModelEvaluation, readModelEvaluation } from "./stages/train-model.ts";

/** `report.json`: what was done and what came out. Holds nothing that depends on the clock. */
export interface RunReport {
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
  readonly dictionary?: DictionaryReport;
  /** The run's other dictionaries by name. */
  readonly dictionaries: Readonly<Record<string, DictionaryReport>>;
  /** Features of `main` that stand for scripts and kinds of text. */
  readonly concepts?: ConceptSearch;
}

/** One dictionary of the report. */
export interface DictionaryReport extends DictionaryMetrics {
  readonly activations: number;
  readonly l1: number;
  readonly meanActivationRows: number;
}

/** The paper's A/1: loss recovered against zero ablation; dead and ultralow features as a share of all. */
const PAPER = { l0: 4.9, lossRecovered: 0.79, silent: (168 + 292) / 4096 };

/** Writes `report.json` and `report.md` from what the run directory holds, and returns the Markdown. */
export function writeReport(context: StageContext): string {
  const report = createReport(context);
  const markdown = renderReport(report);
  writeJson(context.paths.reportJson, report);
  writeAtomically(context.paths.reportMarkdown, markdown);
  return markdown;
}

function createReport(context: StageContext): RunReport {
  const { paths, kernels, experiment } = context;
  const names = listJudgedDictionaries(context);
  const others = names.filter((name) => name !== "main");
  const processor = cpus();
  const concepts = readConceptSearch(paths.concepts("main"));
  const report: RunReport = {
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
    ...(names.includes("main") ? { dictionary: describeDictionary(context, "main") } : {}),
    dictionaries: Object.fromEntries(others.map((name) => [name, describeDictionary(context, name)])),
    ...(concepts === undefined ? {} : { concepts }),
  };
  return report;
}

function listJudgedDictionaries({ paths }: StageContext): string[] {
  const folder = dirname(paths.dictionary("main").folder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(paths.dictionary(name).metrics));
}

function describeDictionary({ paths }: StageContext, name: string): DictionaryReport {
  const { l1, site } = readDictionaryConfig(paths.root, name);
  const activations = readTrainedActivations(paths.dictionary(name));
  const { rows: meanActivationRows } = readActivationStatistics(paths, site);
  return { activations, l1, meanActivationRows, ...readMetrics(paths.dictionary(name)) };
}

function collectHashes(root: string, dictionaries: readonly string[]): Record<string, string> {
  const shared = ["tokenize", "train-model", "harvest"];
  const own = dictionaries.flatMap((name) =>
    ["train-dictionary", "evaluate", "features", "concepts"].map((stage) => `${stage}-${name}`),
  );
  const hashes: Record<string, string> = {};
  for (const stage of [...shared, ...own]) {
    const record = readStageRecord(root, stage);
    if (record !== undefined) hashes[stage] = hashOutputs(record);
  }
  return hashes;
}

/** The report as Markdown. */
export function renderReport(report: RunReport): string {
  const { machine, versions, model, dictionary, dictionaries, concepts } = report;
  const lines = [
    "# Report",
    "",
    `monosem ${versions.monosem}, Node ${versions.node}, seed ${report.seed}; ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ` +
      `backend ${machine.backend} (${machine.level}, ${machine.threads} threads).`,
    "",
  ];
  if (model !== undefined) lines.push(...renderModel(model));
  if (dictionary !== undefined) lines.push(...renderDictionary(dictionary));
  if (concepts !== undefined) lines.push(...renderConcepts(concepts));
  if (Object.keys(dictionaries).length > 0) lines.push(...renderOthers(dictionaries, dictionary));
  return lines.join("\n");
}

function renderModel(model: ModelEvaluation): string[] {
  return [
    "## Model",
    "",
    "| | |",
    "|---|---:|",
    `| parameters | ${count(model.parameters)} |`,
    `| training tokens | ${count(model.trainTokens)} |`,
    `| held-out tokens | ${count(model.validationTokens)} |`,
    `| held-out loss, nats per token | ${model.validationLoss.toFixed(4)} |`,
    `| bits per byte | ${model.bitsPerByte.toFixed(4)} |`,
    `| unigram loss | ${model.unigramLoss.toFixed(4)} |`,
    `| bigram loss | ${model.bigramLoss.toFixed(4)} |`,
    "",
  ];
}

function renderDictionary(dictionary: DictionaryReport): string[] {
  const { crossEntropy, lossRecovered, intervals, fractionBelow, fractionAbove } = dictionary;
  const range = ([low, high]: readonly [number, number], digits: number) =>
    `${low.toFixed(digits)} to ${high.toFixed(digits)}`;
  const row = (name: string, value: number, interval: readonly [number, number], digits: number, paper = "") =>
    `| ${name} | ${value.toFixed(digits)} | ${range(interval, digits)} | ${paper} |`;
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
  const share = (name: string, value: number, paper = "") => `| ${name} | ${percent(value)} | | ${paper} |`;
  return [
    "## Dictionary",
    "",
    `${count(dictionary.features)} features learned from ${count(dictionary.activations)} activation vectors at L1 ${dictionary.l1} ` +
      `(on the sum-of-squares scale), judged on ${count(dictionary.evaluationTokens)} held-out tokens.`,
    "",
    "| | value | 95 % interval | paper's A/1 |",
    "|---|---:|---:|---:|",
    row("L0", dictionary.l0, intervals.l0, 2, String(PAPER.l0)),
    row("**loss recovered** (the lower of both)", headlineLossRecovered(dictionary), lowerInterval(dictionary), 4),
    row(
      "loss recovered, zero ablation",
      lossRecovered.zero,
      intervals.lossRecovered.zero,
      4,
      String(PAPER.lossRecovered),
    ),
    row("loss recovered, mean ablation", lossRecovered.mean, intervals.lossRecovered.mean, 4),
    row("explained variance", dictionary.explainedVariance, intervals.explainedVariance, 4),
    row("KL(clean ‖ reconstructed), nats per token", dictionary.kl, intervals.kl, 4),
    row("cross entropy, clean", crossEntropy.clean, intervals.crossEntropy.clean, 4),
    row("cross entropy, zero-ablated", crossEntropy.zeroAblated, intervals.crossEntropy.zeroAblated, 4),
    row("cross entropy, mean-ablated", crossEntropy.meanAblated, intervals.crossEntropy.meanAblated, 4),
    row("cross entropy, reconstructed", crossEntropy.reconstructed, intervals.crossEntropy.reconstructed, 4),
    share("features below density 1e-6", fractionBelow["1e-6"], percent(PAPER.silent)),
    share("features below density 1e-5", fractionBelow["1e-5"]),
    share("features below density 1e-4", fractionBelow["1e-4"]),
    share("features above density 1e-2", fractionAbove["1e-2"]),
    "",
  ];
}

function renderOthers(others: RunReport["dictionaries"], main: DictionaryReport | undefined): string[] {
  const all = { ...(main === undefined ? {} : { main }), ...others };
  return [
    "## All dictionaries of this run",
    "",
    "| name | features | L1 | L0 | loss recovered (zero) | (mean) | below 1e-5 | below 1e-4 |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
    ...Object.entries(all).map(
      ([name, d]) =>
        `| ${name} | ${count(d.features)} | ${d.activations === 0 ? "" : d.l1} | ${d.l0.toFixed(2)} | ${d.lossRecovered.zero.toFixed(4)} | ${d.lossRecovered.mean.toFixed(4)} | ` +
        `${(100 * d.fractionBelow["1e-5"]).toFixed(1)} % | ${(100 * d.fractionBelow["1e-4"]).toFixed(1)} % |`,
    ),
    "",
  ];
}

function lowerInterval({ lossRecovered, intervals }: DictionaryReport): DictionaryMetrics["intervals"]["l0"] {
  return lossRecovered.zero <= lossRecovered.mean ? intervals.lossRecovered.zero : intervals.lossRecovered.mean;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
