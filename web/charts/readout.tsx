import { findNearest } from "./describe-lines.ts";
import type { LineChartProps } from "./line-chart-props.ts";

/** The curves' names with their values: where one points, or at their ends. */
export function Readout(props: LineChartProps & { readonly at: number | undefined }) {
  const { series, at, formatX, formatY, xLabel } = props;
  const first = series.find(({ points }) => points.length > 0);
  if (first === undefined) return null;
  return (
    <span class="readout">
      {at !== undefined && <span class="readout-x">{`${formatX(findNearest(first.points, at).x)} ${xLabel}`}</span>}
      {series
        .filter(({ points }) => points.length > 0)
        .map(({ name, tone, points }) => (
          <span class={`key ${tone}`} key={name}>
            {name} <b>{formatY((at === undefined ? points.at(-1)! : findNearest(points, at)).y)}</b>
          </span>
        ))}
    </span>
  );
}
