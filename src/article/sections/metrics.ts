import { existsSync } from "node:fs";
import { hasModelMetrics, headlineLossRecovered } from "../../metrics/dictionary-metrics.ts";
import { readAllMetrics } from "../../pipeline/dictionary-files.ts";
import { createMissingSection, type Figure, type Section, type Table } from "../article.ts";
import { nameCommand, type Subject, showCommand } from "../subject.ts";
import { formatCount, formatEstimate, formatShare } from "../words.ts";

const TITLE = "How good the dictionary is";

/** What the paper says of A/1. */
const PAPER = { l0: "4.9", lossRecovered: "79 %", silent: "11.2 % dead or ultralow" };

/** L0, loss recovered and densities, beside the paper's. */
export function tellMetrics(subject: Subject): Section {
  const files = subject.paths.dictionary(subject.dictionary);
  if (!existsSync(files.metrics)) return createMissingSection("metrics", TITLE, nameCommand(subject, "evaluate"));
  const metrics = readAllMetrics(files);
  const { intervals, fractionBelow, densityHistogram } = metrics;
  const recovered = hasModelMetrics(metrics)
    ? (["zero", "mean"] as const).map((ablation) => [
        `loss recovered, ${ablation} ablation`,
        formatEstimate(metrics.lossRecovered[ablation], metrics.intervals.lossRecovered[ablation], 4),
        ablation === "zero" ? PAPER.lossRecovered : "",
      ])
    : [];
  const rows = [
    ["active features per token (L0)", formatEstimate(metrics.l0, intervals.l0, 2), PAPER.l0],
    ["explained variance", formatEstimate(metrics.explainedVariance, intervals.explainedVariance, 4), ""],
    ...recovered,
    ["features below density 1e-6", formatShare(fractionBelow["1e-6"]), PAPER.silent],
    ["features below density 1e-5", formatShare(fractionBelow["1e-5"]), ""],
    ["features that never fired", formatCount(densityHistogram.silent), ""],
  ];
  const table: Table = {
    kind: "table",
    caption: `${formatCount(metrics.features)} features on ${formatCount(metrics.evaluationTokens)} held-out ${hasModelMetrics(metrics) ? "tokens" : "vectors"}, with 95 % intervals`,
    columns: ["", "here", "the paper's A/1"],
    rows,
  };
  const densities: Figure = {
    kind: "figure",
    chart: "histogram",
    title: "Densities of the features",
    xLabel: "share of tokens on which a feature fires",
    unit: "features",
    counts: densityHistogram.counts,
    start: densityHistogram.first,
    end: densityHistogram.first + densityHistogram.width * densityHistogram.counts.length,
    format: "power",
  };
  const finding = hasModelMetrics(metrics)
    ? `Replacing the activations by what the dictionary makes of them keeps ${formatShare(headlineLossRecovered(metrics))} of what the MLP adds, the lower of both ablations, with ${metrics.l0.toFixed(1)} features active on a token.`
    : `The dictionary explains ${formatShare(metrics.explainedVariance)} of the variance with ${metrics.l0.toFixed(1)} features active; loss recovered needs the model.`;
  return {
    id: "metrics",
    title: TITLE,
    blocks: [{ kind: "text", text: finding }, table, densities, showCommand(subject, "evaluate")],
  };
}
