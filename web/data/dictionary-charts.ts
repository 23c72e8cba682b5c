import type { Point, Series } from "../charts/line-scales.ts";
import { readCurve } from "./curves.ts";
import { readLooks } from "./dictionary-record.ts";
import type { LogLines } from "./run-stream.ts";

/** A chart of a dictionary's training. */
export interface DictionaryChart {
  readonly title: string;
  readonly series: readonly Series[];
  readonly yScale: "linear" | "log";
  /** Why there is nothing to draw yet. */
  readonly missing: string;
}

const EARLY = "The first look comes soon.";

/** The charts of a dictionary's training, from its log. */
export function listCharts(log: LogLines): DictionaryChart[] {
  const step = (name: string, tone: Series["tone"], field: string): Series => ({
    name,
    tone,
    points: readCurve(log, "step", "vectors", field),
  });
  const look = (name: string, tone: Series["tone"], field: string): Series => ({
    name,
    tone,
    points: readCurve(log, "look", "vectors", field),
    dots: true,
  });
  const withoutModel = readLooks(log).some(({ heldOutTokens }) => heldOutTokens === 0);
  return [
    {
      title: "Loss, as a sum of squares",
      series: [
        { name: "all", tone: "accent", points: readLoss(log, (error, penalty) => error + penalty) },
        { name: "error", tone: "ink", points: readLoss(log, (error) => error) },
        { name: "penalty", tone: "soft", points: readLoss(log, (_, penalty) => penalty) },
      ],
      yScale: "linear",
      missing: "The loss appears here with the first step.",
    },
    {
      title: "Active features per vector",
      series: [step("L0", "accent", "l0")],
      yScale: "log",
      missing: "L0 appears here with the first step.",
    },
    {
      title: "Loss recovered, on a sample",
      series: [
        look("zero ablation", "accent", "lossRecovered.zero"),
        look("mean ablation", "ink", "lossRecovered.mean"),
      ],
      yScale: "linear",
      missing: withoutModel ? "Not measured: these activations came without their model." : EARLY,
    },
    {
      title: "Share of rare features",
      series: [
        look("< 10⁻³", "soft", "recent.fractionBelow.1e-3"),
        look("< 10⁻⁴", "ink", "recent.fractionBelow.1e-4"),
        look("silent", "accent", "recent.silent"),
      ],
      yScale: "linear",
      missing: EARLY,
    },
    {
      title: "Share of frequent features",
      series: [look("> 1 %", "accent", "fractionAbove.1e-2"), look("> 10 %", "ink", "fractionAbove.1e-1")],
      yScale: "linear",
      missing: EARLY,
    },
    {
      title: "Norms of decoder rows",
      series: [
        look("largest", "soft", "decoderNorms.max"),
        look("mean", "accent", "decoderNorms.mean"),
        look("smallest", "ink", "decoderNorms.min"),
      ],
      yScale: "linear",
      missing: EARLY,
    },
  ];
}

/** A sum of the two parts of the loss, both beside a sum of squared errors whatever the recipe's own units. */
function readLoss(log: LogLines, combine: (error: number, penalty: number) => number): Point[] {
  return (log.get("step") ?? []).flatMap(({ vectors, reconstruction, sparsity, l1SumOfSquares, l1 }) => {
    const penalty = Number(l1SumOfSquares ?? l1 ?? 0) * Number(sparsity ?? 0);
    const y = combine(Number(reconstruction ?? Number.NaN), penalty);
    return typeof vectors === "number" && Number.isFinite(y) ? [{ x: vectors, y }] : [];
  });
}
