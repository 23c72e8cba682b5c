import { ANALYSES } from "../../analysis/analyses.ts";
import type { BasisSummary, DirectionColumns, NeuronBasis } from "../../analysis/neuron-basis.ts";
import { tellNeuronBasis } from "../../analysis/tell-neuron-basis.ts";
import type { FigurePoint, Section } from "../article.ts";
import { type Subject, tellAnalysis } from "../subject.ts";
import { formatCount, formatMedian, formatShare } from "../words.ts";

/** Of all features, and of the random directions beside them. */
const POINTS = 1000;

/** How far directions lie along neurons. */
export function tellBasis(subject: Subject): Section {
  const { title } = ANALYSES["neuron-basis"];
  return tellAnalysis<NeuronBasis>(subject, { name: "neuron-basis", title }, (found) => [
    { kind: "text", text: tellNeuronBasis(found) },
    {
      kind: "table",
      caption:
        "Directions of features that are neither dead nor ultralow, and random ones; medians with 95 % intervals",
      columns: ["", "features", "random directions", "Nanda's replication"],
      rows: tabulate(found.live, found.baseline),
    },
    {
      kind: "figure",
      chart: "scatter",
      title: "Share of the squared norm in the largest entry, and in the next nine",
      xLabel: "largest entry",
      yLabel: "next nine",
      points: [...listPoints(found.baselineColumns, true), ...listPoints(found.features, false)],
    },
  ]);
}

function tabulate(live: BasisSummary, baseline: BasisSummary): string[][] {
  const share = ({ kinds, directions }: BasisSummary, kind: keyof BasisSummary["kinds"]) =>
    formatShare(kinds[kind] / directions);
  return [
    ["directions", formatCount(live.directions), formatCount(baseline.directions), ""],
    ["along one neuron", share(live, "1-sparse"), share(baseline, "1-sparse"), "3.9 %"],
    ["along some ten", share(live, "10-sparse"), share(baseline, "10-sparse"), "4 %"],
    ["dense", share(live, "dense"), share(baseline, "dense"), "92.1 %"],
    ["excess kurtosis of the entries", formatMedian(live.kurtosis, 2), formatMedian(baseline.kurtosis, 2), ""],
    ["share in the output's null space", formatMedian(live.nullShare), formatMedian(baseline.nullShare), ""],
    [
      "excess kurtosis of logit weights",
      formatMedian(live.logitKurtosis, 2),
      formatMedian(baseline.logitKurtosis, 2),
      "",
    ],
    ["large firings on one token", formatMedian(live.topTokenShare), "", ""],
  ];
}

/** Evenly chosen directions. */
function listPoints({ topShare, nextShare }: DirectionColumns, soft: boolean): FigurePoint[] {
  const step = Math.max(1, Math.ceil(topShare.length / POINTS));
  return topShare.flatMap((x, index) =>
    index % step === 0 ? [{ name: soft ? "random" : String(index), x, y: nextShare[index]!, soft }] : [],
  );
}
