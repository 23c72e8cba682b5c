import { PAPER_MEDIANS, QUITE_INTERPRETABLE } from "../../src/interpret/rubric.ts";
import type { KindSummary, RatingSummary } from "../../src/interpret/summarise-ratings.ts";
import type { LineChartProps } from "../charts/line-chart-props.ts";
import type { MetricRow } from "../components/metric-table.tsx";
import { formatPercent, formatSigned } from "../text/format-number.ts";

const KIND_NAMES = { feature: "features", neuron: "neurons", control: "shuffled weights" } as const;

/** What a unit was. */
export function nameUnit(kind: KindSummary["kind"], dictionary: string, feature: number): string {
  if (kind === "neuron") return `neuron ${feature}`;
  return `feature ${feature} of ${dictionary}${kind === "control" ? ", shuffled weights" : ""}`;
}

const TONES = { feature: "accent", neuron: "ink", control: "soft" } as const;

/** Median and share above 8 of each kind. */
export function listKindRows(kinds: readonly KindSummary[]): MetricRow[] {
  return kinds.flatMap(({ kind, units, scores, median, above }) => [
    {
      name: `${KIND_NAMES[kind]}: median of ${scores} scores of ${units} units`,
      value: String(median.median),
      interval: `${median.interval[0]} to ${median.interval[1]}`,
      ...(kind === "control" ? {} : { paper: String(PAPER_MEDIANS[kind]) }),
    },
    {
      name: `${KIND_NAMES[kind]}: above ${QUITE_INTERPRETABLE}, quite interpretable`,
      value: formatPercent(above.share),
      interval: `${formatPercent(above.interval[0])} to ${formatPercent(above.interval[1])}`,
    },
  ]);
}

/** The agreement of every two raters. */
export function listAgreementRows(agreement: RatingSummary["agreement"]): MetricRow[] {
  return agreement.map(({ raters, scores, units, kappa, interval }) => ({
    name: `${raters.join(" and ")}: ${scores} intervals of ${units} units`,
    value: kappa === null ? "no variation" : formatSigned(kappa, 2),
    interval: interval === null ? "" : interval.map((end) => formatSigned(end, 2)).join(" to "),
  }));
}

/** How scores are spread, by kind. */
export function plotDistribution(kinds: readonly KindSummary[]): LineChartProps {
  return {
    title: "Share of scores by points",
    xLabel: "points of 14",
    series: kinds.map(({ kind, distribution, scores }) => ({
      name: KIND_NAMES[kind],
      tone: TONES[kind],
      points: distribution.map((count, points) => ({ x: points, y: count / scores })),
      dots: true,
    })),
    height: 190,
    formatX: String,
    formatY: formatPercent,
  };
}

/** The median score of each interval, by kind. */
export function plotIntervals(kinds: readonly KindSummary[]): LineChartProps {
  return {
    title: "Median points by interval of activation",
    xLabel: "interval, 11 reaches up to the largest activation",
    series: kinds.map(({ kind, byInterval }) => ({
      name: KIND_NAMES[kind],
      tone: TONES[kind],
      points: byInterval.flatMap((found, interval) => (found === null ? [] : [{ x: interval + 1, y: found.median }])),
      dots: true,
    })),
    height: 190,
    formatX: String,
    formatY: String,
  };
}
