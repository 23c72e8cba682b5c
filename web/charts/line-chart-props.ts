import type { Reference, Series } from "./line-scales.ts";

/** What a line chart shows. */
export interface LineChartProps {
  readonly title: string;
  readonly xLabel: string;
  readonly series: readonly Series[];
  readonly references?: readonly Reference[];
  /** Moments worth a vertical line. */
  readonly marks?: readonly { readonly x: number; readonly name: string }[];
  readonly yScale?: "linear" | "log";
  readonly height?: number;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}
