import { max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { useState } from "preact/hooks";
import { formatCount } from "../text/format-number.ts";
import { Axes, type Frame, type Tick } from "./axes.tsx";
import { DataTable } from "./data-table.tsx";
import { useWidth } from "./use-width.ts";

/** What a stacked histogram shows: on equal bins of 0 to `end` a whole, and the part of it that stands at the bottom. */
export interface StackedHistogramProps {
  readonly title: string;
  readonly xLabel: string;
  readonly unit: string;
  readonly part: { readonly name: string; readonly values: readonly number[] };
  readonly rest: string;
  readonly whole: readonly number[];
  readonly end: number;
  readonly format: (value: number) => string;
}

/** Bars in two parts; the bin under the pointer is named in the heading. */
export function StackedHistogram(props: StackedHistogramProps) {
  const [pointed, setPointed] = useState<number>();
  const { title, unit, part, rest, whole, format } = props;
  const width = props.end / whole.length;
  const nameBin = (bin: number) => `${format(bin * width)} to ${format((bin + 1) * width)}`;
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
      <Drawing {...props} onPoint={setPointed} />
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

function Drawing(props: StackedHistogramProps & { readonly onPoint: (bin: number | undefined) => void }) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const { title, part, whole, end, format, unit } = props;
  const height = 150;
  const frame: Frame = { width, height, left: 46, right: 6, top: 8, bottom: 34 };
  const x = scaleLinear([0, end], [frame.left, width - frame.right]);
  const y = scaleLinear([0, Math.max(1, max(whole) ?? 1)], [height - frame.bottom, frame.top]);
  const xTicks = x.ticks(Math.max(2, width / 90)).map((value): Tick => ({ at: x(value), label: format(value) }));
  const yTicks = y.ticks(3).map((value) => ({ at: y(value), label: formatCount(value) }));
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
            const left = x((bin * end) / whole.length);
            const right = x(((bin + 1) * end) / whole.length);
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
