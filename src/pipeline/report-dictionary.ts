import {
  type DictionaryMetrics,
  hasModelMetrics,
  headlineLossRecovered,
  type ReconstructionMetrics,
} from "../metrics/dictionary-metrics.ts";
import type { Interval } from "../metrics/jackknife.ts";

/** How a dictionary of the report was learned. */
interface LearningReport {
  readonly activations: number;
  readonly l1: number;
  readonly meanActivationRows: number;
}

/** One dictionary of the report. */
export type DictionaryReport = DictionaryMetrics & LearningReport;
/** One dictionary of the report, of a run with or without a model. */
export type AnyDictionaryReport = DictionaryReport | (ReconstructionMetrics & LearningReport);

/** The paper's A/1: loss recovered against zero ablation; dead and ultralow features as a share of all. */
const PAPER = { l0: 4.9, lossRecovered: 0.79, silent: (168 + 292) / 4096 };

/** A dictionary's figures beside the paper's; without a model, those of activations alone. */
export function renderDictionary(dictionary: AnyDictionaryReport): string[] {
  const { intervals, fractionBelow, fractionAbove } = dictionary;
  const withModel = hasModelMetrics(dictionary);
  return [
    "## Dictionary",
    "",
    `${formatCount(dictionary.features)} features learned from ${formatCount(dictionary.activations)} activation vectors at L1 ${dictionary.l1} ` +
      `(on the sum-of-squares scale), judged on ${formatCount(dictionary.evaluationTokens)} held-out ${withModel ? "tokens" : "vectors"}.`,
    "",
    ...(withModel ? [] : ["Loss recovered and KL need the model that the activations come from.", ""]),
    "| | value | 95 % interval | paper's A/1 |",
    "|---|---:|---:|---:|",
    row("L0", dictionary.l0, intervals.l0, 2, String(PAPER.l0)),
    ...(withModel ? renderRecovered(dictionary) : []),
    row("explained variance", dictionary.explainedVariance, intervals.explainedVariance, 4),
    ...(withModel ? renderLosses(dictionary) : []),
    share("features below density 1e-6", fractionBelow["1e-6"], percent(PAPER.silent, 2)),
    share("features below density 1e-5", fractionBelow["1e-5"]),
    share("features below density 1e-4", fractionBelow["1e-4"]),
    share("features above density 1e-2", fractionAbove["1e-2"]),
    "",
  ];
}

/** All dictionaries of a run, one a line. */
export function renderSideBySide(all: Readonly<Record<string, AnyDictionaryReport | undefined>>): string[] {
  return [
    "## All dictionaries of this run",
    "",
    "| name | features | L1 | L0 | explained variance | loss recovered (zero) | (mean) | below 1e-5 | below 1e-4 |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ...Object.entries(all).flatMap(([name, dictionary]) => (dictionary ? [renderLine(name, dictionary)] : [])),
    "",
  ];
}

/** A number with commas between thousands. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

function renderRecovered({ lossRecovered, intervals }: DictionaryReport): string[] {
  const { zero, mean } = lossRecovered;
  const lower = zero <= mean ? intervals.lossRecovered.zero : intervals.lossRecovered.mean;
  return [
    row("**loss recovered** (the lower of both)", headlineLossRecovered({ lossRecovered }), lower, 4),
    row("loss recovered, zero ablation", zero, intervals.lossRecovered.zero, 4, String(PAPER.lossRecovered)),
    row("loss recovered, mean ablation", mean, intervals.lossRecovered.mean, 4),
  ];
}

function renderLosses({ kl, crossEntropy, intervals }: DictionaryReport): string[] {
  return [
    row("KL(clean ‖ reconstructed), nats per token", kl, intervals.kl, 4),
    row("cross entropy, clean", crossEntropy.clean, intervals.crossEntropy.clean, 4),
    row("cross entropy, zero-ablated", crossEntropy.zeroAblated, intervals.crossEntropy.zeroAblated, 4),
    row("cross entropy, mean-ablated", crossEntropy.meanAblated, intervals.crossEntropy.meanAblated, 4),
    row("cross entropy, reconstructed", crossEntropy.reconstructed, intervals.crossEntropy.reconstructed, 4),
  ];
}

function renderLine(name: string, dictionary: AnyDictionaryReport): string {
  const { features, activations, l1, l0, explainedVariance, fractionBelow } = dictionary;
  const recovered = hasModelMetrics(dictionary) ? dictionary.lossRecovered : undefined;
  const cells = [
    ...[name, formatCount(features), activations === 0 ? "" : l1, l0.toFixed(2), explainedVariance.toFixed(4)],
    ...[recovered?.zero.toFixed(4) ?? "", recovered?.mean.toFixed(4) ?? ""],
    ...[percent(fractionBelow["1e-5"], 1), percent(fractionBelow["1e-4"], 1)],
  ];
  return `| ${cells.join(" | ")} |`;
}

function row(name: string, value: number, [low, high]: Interval, digits: number, paper = ""): string {
  return `| ${name} | ${value.toFixed(digits)} | ${low.toFixed(digits)} to ${high.toFixed(digits)} | ${paper} |`;
}

function share(name: string, value: number, paper = ""): string {
  return `| ${name} | ${percent(value, 2)} | | ${paper} |`;
}

function percent(value: number, digits: number): string {
  return `${(100 * value).toFixed(digits)} %`;
}
