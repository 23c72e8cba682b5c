import { hasModelMetrics } from "../../src/metrics/dictionary-metrics.ts";
import type { DictionarySummary } from "../../src/server/api.ts";
import type { ScatterPoint } from "../charts/scatter.tsx";

/** The paper's dictionary A/1: the mean of its published densities, and its loss recovered against zero ablation. */
const PAPER = { name: "the paper's A/1", x: 4.9, y: 0.79, tone: "hollow" } as const;

/** L0 against loss recovered, the lower of the two ablations': a dictionary among those of its run, and the paper's. */
export function listFrontier(dictionaries: readonly DictionarySummary[], shown: string): ScatterPoint[] {
  const points = dictionaries.flatMap(({ id, name, metrics }): ScatterPoint[] => {
    if (metrics === null || !hasModelMetrics(metrics)) return [];
    const { l0, lossRecovered, intervals } = metrics;
    const harder = lossRecovered.zero <= lossRecovered.mean ? "zero" : "mean";
    const point = {
      name,
      x: l0,
      y: lossRecovered[harder],
      xInterval: intervals.l0,
      yInterval: intervals.lossRecovered[harder],
    };
    return [id === shown ? { ...point, tone: "accent" } : { ...point, tone: "soft", address: `/d/${id}` }];
  });
  return points.length === 0 ? [] : [...points, PAPER];
}
