import { areTwoClusters, type ModeCentre } from "../../src/metrics/density-modes.ts";
import { formatCount, formatPercent, formatPowerOfTen, formatShort } from "../text/format-number.ts";
import type { DataTableProps } from "./data-table.tsx";
import type { HeatLook } from "./heat-map-scales.ts";

const DECADES = [-5, -4, -3, -2, -1] as const;

/** The rarer of two clusters of features, where a look shows two. */
export function findLowCluster({ recent }: HeatLook): ModeCentre | undefined {
  const modes = recent?.modes ?? null;
  return modes !== null && areTwoClusters(modes) ? modes.low : undefined;
}

/** The map in a sentence: what its last look shows. */
export function describeHeatMap(title: string, looks: readonly HeatLook[]): string {
  const last = looks.at(-1)!;
  const below = formatPercent(last.fractionBelow["1e-4"] - last.silent);
  return `${title}: ${looks.length} looks; at the last, after ${formatCount(last.vectors)} vectors, ${formatPercent(last.silent)} of ${formatCount(last.features)} features were silent and ${below} more fired on fewer than one vector in 10,000`;
}

/** The densities of a cell in words. */
export function nameDensity({ densityHistogram: { width } }: HeatLook, exponent: number | undefined): string {
  if (exponent === undefined) return "silent";
  const name = (value: number) => (Number.isInteger(value) ? formatPowerOfTen(value) : (10 ** value).toPrecision(2));
  return `density ${name(exponent)} to ${name(exponent + width)}`;
}

/** Columns and rows of the map as a table: features by decade of density, a row a look. */
export function tabulateLooks(looks: readonly HeatLook[]): Omit<DataTableProps, "caption"> {
  const [lowest, ...others] = DECADES;
  return {
    columns: [
      "vectors",
      "silent",
      `below ${formatPowerOfTen(lowest)}`,
      ...others.map((end, index) => `${formatPowerOfTen(DECADES[index]!)} to ${formatPowerOfTen(end)}`),
      `above ${formatPowerOfTen(DECADES.at(-1)!)}`,
    ],
    rows: () =>
      looks.map((look) => [
        formatShort(look.vectors),
        formatCount(look.densityHistogram.silent),
        ...[Number.NEGATIVE_INFINITY, ...DECADES].map((start, index) =>
          formatCount(countBetween(look, start, DECADES[index] ?? 0)),
        ),
      ]),
  };
}

function countBetween({ densityHistogram: { first, width, counts } }: HeatLook, start: number, end: number): number {
  return counts.reduce((sum, count, bin) => {
    const exponent = first + bin * width;
    return exponent >= start && exponent < end ? sum + count : sum;
  }, 0);
}
