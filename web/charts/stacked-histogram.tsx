import { max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { useState } from "preact/hooks";
import { formatCount } from "../text/format-number.ts";
import { Axes, type Frame, type Tick } from "./axes.tsx";
import { type CountScaleKind, createCountScale } from "./count-scale.ts";
import { DataTable } from "./data-table.tsx";
import { listEdges } from "./histogram.tsx";
import { useWidth } from "./use-width.ts";

/** What a stacked histogram shows: on equal bins of `start` (0 if absent) to `end` a whole, and the part of it that stands at the bottom. */
export interface StackedHistogramProps {
  readonly title: string;
  readonly xLabel: string;
  readonly unit: string;
  readonly part: { readonly name: string; readonly values: readonly number[] };
  readonly rest: string;
  readonly whole: readonly number[];
  readonly start?: number;
  readonly end: number;
  /** Square-root heights keep a small part visible beside a large rest. */
  readonly yScale?: CountScaleKind;
  readonly format: (value: number) => string;
}

/** Bars in two parts; the bin under the pointer is named in the heading. */
export function StackedHistogram(props: StackedHistogramProps) {
  const [pointed, setPointed] = useState<number>();
  const { title, unit, part, rest, whole, format } = props;
  const edges = listEdges({ counts: whole, start: props.start ?? 0, end: props.end });
  const nameBin = (bin: number) => `${format(edges[bin]!)} to ${format(edges[bin + 1]!)}`;
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="readout">
          {pointed === undefined ? (
            <>
              <span class="key part">{part.name}</span>
              <span class="key rest">{rest}</span>
            </>
          ) : (
            `${nameBin(pointed)}: ${formatCount(part.values[pointed]!)} of ${formatCount(whole[pointed]!)} ${unit}`
          )}
        </span>
      </figcaption>
      <Drawing {...props} edges={edges} onPoint={setPointed} />
      <DataTable
        caption={title}
        columns={[props.xLabel, part.name, rest]}
        rows={() =>
          whole.map((value, bin) => [
            nameBin(bin),
            formatCount(part.values[bin]!),
            formatCount(value - part.values[bin]!),
          ])
        }
      />
    </figure>
  );
}

function Drawing(
  props: StackedHistogramProps & {
    readonly edges: readonly number[];
    readonly onPoint: (bin: number | undefined) => void;
  },
) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const { title, part, whole, edges, format, unit } = props;
  const height = 150;
  const frame: Frame = { width, height, left: 46, right: 6, top: 8, bottom: 34 };
  const x = scaleLinear([edges[0]!, edges.at(-1)!], [frame.left, width - frame.right]);
  const baseline = height - frame.bottom;
  const scale = createCountScale(props.yScale ?? "linear", Math.max(1, max(whole) ?? 1), [baseline, frame.top]);
  const y = (value: number) => baseline - scale.height(value);
  const xTicks = x.ticks(Math.max(2, width / 90)).map((value): Tick => ({ at: x(value), label: format(value) }));
  const yTicks = scale.ticks.map((value) => ({ at: y(value), label: formatCount(value) }));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return (
    <div ref={ref} class="chart-body">
      {width > 0 && (
        <svg
          role="img"
          aria-label={`${title}: ${formatCount(sum(part.values))} of ${formatCount(sum(whole))} ${unit} are ${part.name}`}
          width={width}
          height={height}
          onPointerLeave={() => props.onPoint(undefined)}
        >
          <Axes frame={frame} x={xTicks} y={yTicks} xLabel={props.xLabel} />
          {whole.map((value, bin) => {
            const [left, right] = [x(edges[bin]!), x(edges[bin + 1]!)];
            const bar = { x: left + 0.5, width: Math.max(0.5, right - left - 1) };
            const [bottom, middle, top] = [y(0), y(part.values[bin]!), y(value)];
            return (
              <g class="bin" key={left} onPointerEnter={() => props.onPoint(bin)}>
                <rect class="bin-hit" x={left} width={right - left} y={frame.top} height={bottom - frame.top} />
                <rect class="bar rest" {...bar} y={top} height={middle - top} />
                <rect class="bar" {...bar} y={middle} height={bottom - middle} />
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}
