import {
  type DictionaryMetrics,
  hasModelMetrics,
  type ReconstructionMetrics,
} from "../../src/metrics/dictionary-metrics.ts";
import type { ModelEvaluation } from "../../src/pipeline/stages/train-model.ts";
import type { MetricRow } from "../components/metric-table.tsx";
import type { StatProps } from "../components/stat.tsx";
import { formatCount, formatPercent } from "../text/format-number.ts";

type Interval = readonly [number, number];

/** The paper's dictionary A/1, computed from its published pages: 168 dead and 292 ultralow features of 4,096. */
const PAPER = { l0: "4.9", lossRecovered: "79 %", features: "4,096", silent: "11.2 %" } as const;

/** What is known about the model, as rows of a table. */
export function listModelMetrics(model: ModelEvaluation): MetricRow[] {
  return [
    { name: "parameters", value: formatCount(model.parameters) },
    { name: "training tokens", value: formatCount(model.trainTokens) },
    { name: "held-out tokens", value: formatCount(model.validationTokens) },
    { name: "held-out loss, nats per token", value: model.validationLoss.toFixed(4) },
    { name: "bits per byte", value: model.bitsPerByte.toFixed(4) },
    { name: "loss of unigram counts", value: model.unigramLoss.toFixed(4) },
    { name: "loss of bigram counts", value: model.bigramLoss.toFixed(4) },
  ];
}

/** What is known about a dictionary, as rows of a table, beside the paper's; without a model, what activations alone tell. */
export function listDictionaryMetrics(metrics: ReconstructionMetrics): MetricRow[] {
  const { intervals, fractionBelow, fractionAbove } = metrics;
  const withModel = hasModelMetrics(metrics);
  return [
    { name: "features", value: formatCount(metrics.features), paper: PAPER.features },
    {
      name: `L0, active features per ${withModel ? "token" : "vector"}`,
      value: metrics.l0.toFixed(2),
      interval: formatInterval(intervals.l0, (end) => end.toFixed(2)),
      paper: PAPER.l0,
    },
    ...(withModel ? listRecovered(metrics) : []),
    share("explained variance", metrics.explainedVariance, intervals.explainedVariance),
    ...(withModel ? listLosses(metrics) : []),
    {
      name: "features below density 1e-6 (dead and ultralow)",
      value: formatPercent(fractionBelow["1e-6"]),
      paper: PAPER.silent,
    },
    { name: "features below density 1e-5", value: formatPercent(fractionBelow["1e-5"]) },
    { name: "features below density 1e-4", value: formatPercent(fractionBelow["1e-4"]) },
    { name: "features above density 1e-2", value: formatPercent(fractionAbove["1e-2"]) },
  ];
}

/** The figures that say most about a dictionary. */
export function listHeadlines(metrics: ReconstructionMetrics): StatProps[] {
  const { intervals, l0, explainedVariance, features, densityHistogram } = metrics;
  return [
    ...(hasModelMetrics(metrics) ? [headlineRecovered(metrics)] : []),
    {
      label: "active features per token (L0)",
      value: l0.toFixed(2),
      note: `${formatInterval(intervals.l0, (end) => end.toFixed(2))}; the paper's A/1: ${PAPER.l0}`,
    },
    {
      label: "explained variance",
      value: formatPercent(explainedVariance),
      note: formatInterval(intervals.explainedVariance, formatPercent),
    },
    {
      label: "features",
      value: formatCount(features),
      note: `${formatCount(densityHistogram.silent)} never fired; the paper's A/1: ${PAPER.features}, of which 168 dead and 292 ultralow`,
    },
  ];
}

/** The two ends of an interval; a unit they share stands once. */
export function formatInterval([low, high]: Interval, format: (end: number) => string): string {
  return `${format(low).replace(/ %$/, "")}–${format(high)}`;
}

function headlineRecovered({ lossRecovered, intervals }: DictionaryMetrics): StatProps {
  const harder = lossRecovered.zero <= lossRecovered.mean ? "zero" : "mean";
  return {
    label: "loss recovered",
    value: formatPercent(lossRecovered[harder]),
    note: `${formatInterval(intervals.lossRecovered[harder], formatPercent)}, against ${harder} ablation, the harder of two; the paper's A/1: ${PAPER.lossRecovered} against zero ablation`,
  };
}

function listRecovered({
  lossRecovered: { zero, mean },
  intervals: { lossRecovered },
}: DictionaryMetrics): MetricRow[] {
  return [
    share("loss recovered against zero ablation", zero, lossRecovered.zero, PAPER.lossRecovered),
    share("loss recovered against mean ablation", mean, lossRecovered.mean),
  ];
}

function listLosses({ kl, crossEntropy, intervals }: DictionaryMetrics): MetricRow[] {
  return [
    nats("KL(clean ‖ reconstructed), nats per token", kl, intervals.kl),
    nats("cross entropy, clean", crossEntropy.clean, intervals.crossEntropy.clean),
    nats("cross entropy, reconstructed", crossEntropy.reconstructed, intervals.crossEntropy.reconstructed),
    nats("cross entropy, mean-ablated", crossEntropy.meanAblated, intervals.crossEntropy.meanAblated),
    nats("cross entropy, zero-ablated", crossEntropy.zeroAblated, intervals.crossEntropy.zeroAblated),
  ];
}

function nats(name: string, value: number, interval: Interval): MetricRow {
  return { name, value: value.toFixed(4), interval: formatInterval(interval, (end) => end.toFixed(4)) };
}

function share(name: string, value: number, interval: Interval, paper?: string): MetricRow {
  const row = { name, value: formatPercent(value), interval: formatInterval(interval, formatPercent) };
  return paper === undefined ? row : { ...row, paper };
}
