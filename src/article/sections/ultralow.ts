import { ANALYSES } from "../../analysis/analyses.ts";
import type { GroupShape } from "../../analysis/ultralow.ts";
import { tellUltralow, type Ultralow } from "../../analysis/ultralow-result.ts";
import type { Block, Section } from "../article.ts";
import { type Subject, tellAnalysis } from "../subject.ts";
import { formatCount, formatMedian, formatShare } from "../words.ts";

/** Whether there is a cluster of features that hardly ever fire, and what it is. */
export function tellUltralowCluster(subject: Subject): Section {
  const { title } = ANALYSES.ultralow;
  return tellAnalysis<Ultralow>(subject, { name: "ultralow", title }, (found) => [
    { kind: "text", text: tellUltralow(found) },
    {
      kind: "table",
      caption: "The rare features and the others; medians with 95 % intervals",
      columns: ["", "rare", "others"],
      rows: tabulate(found.members, found.others),
    },
    ...drawHistory(found),
  ]);
}

function tabulate(rare: GroupShape, others: GroupShape): string[][] {
  const row = (name: string, of: (group: GroupShape) => string) => [name, of(rare), of(others)];
  return [
    row("features", ({ features }) => formatCount(features)),
    row("of these never fired", ({ dead }) => formatCount(dead)),
    row("log10 density", ({ logDensity }) => formatMedian(logDensity, 2)),
    row("encoder bias", ({ encoderBias }) => formatMedian(encoderBias)),
    row("W_e . W_d", ({ product }) => formatMedian(product)),
    row("cosine of encoder and decoder row", ({ alignment }) => formatMedian(alignment)),
    row("cosine of encoder rows with their mean", ({ encoder }) => formatMedian(encoder.toMean)),
    row("of them above .95", ({ encoder }) => formatShare(encoder.along)),
    row("cosine of decoder rows with their mean", ({ decoder }) => formatMedian(decoder.toMean)),
  ];
}

/** When the rare features fell silent. */
function drawHistory({ history }: Ultralow): Block[] {
  if (history.length === 0) return [];
  const series = (["members", "others"] as const).map((group) => ({
    name: group === "members" ? "rare features" : "others",
    soft: group === "others",
    points: history.map((look) => ({ x: look.vectors, y: look[group].rare })),
  }));
  return [
    {
      kind: "figure",
      chart: "lines",
      title: "Share of features below density 1e-4 while the dictionary learned",
      xLabel: "activation vectors",
      yLabel: "share",
      series,
    },
  ];
}
