import { max } from "d3-array";
import { scaleLinear, scaleSqrt } from "d3-scale";
import { useState } from "preact/hooks";
import { formatCount } from "../text/format-number.ts";
import { Axes, type Frame, type Tick } from "./axes.tsx";
import { Bars } from "./bars.tsx";
import { DataTable } from "./data-table.tsx";
import { useWidth } from "./use-width.ts";

/** What a histogram shows: counts of equal bins from `start` to `end`. */
export interface HistogramProps {
  readonly title: string;
  readonly xLabel: string;
  readonly unit: string;
  readonly counts: ArrayLike<number>;
  readonly start: number;
  readonly end: number;
  readonly height?: number;
  /** Square-root heights keep small bins visible beside very large ones. */
  readonly yScale?: "linear" | "sqrt";
  readonly format: (value: number) => string;
  readonly ticks?: readonly number[];
}

/** Bars of a single hue; the bin under the pointer is named in the heading. */
export function Histogram(props: HistogramProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number>();
  const { title, unit, start, end, height = 150, format } = props;
  const counts = Array.from(props.counts);
  const edges = Array.from({ length: counts.length + 1 }, (_, bin) => start + ((end - start) * bin) / counts.length);
  const highest = Math.max(1, max(counts) ?? 1);
  const frame: Frame = { width, height, left: 46, right: 6, top: 8, bottom: 34 };
  const x = scaleLinear([start, end], [frame.left, width - frame.right]);
  const createScale = props.yScale === "sqrt" ? scaleSqrt : scaleLinear;
  const y = createScale([0, highest], [height - frame.bottom, frame.top]);
  const xTicks = (props.ticks ?? x.ticks(Math.max(2, width / 90))).map(
    (value): Tick => ({ at: x(value), label: format(value) }),
  );
  const yTicks = y.ticks(3).filter((value) => Number.isInteger(value));
  const nameBin = (bin: number) => `${format(edges[bin]!)} to ${format(edges[bin + 1]!)}`;
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="readout">
          {pointed !== undefined && `${nameBin(pointed)}: ${formatCount(counts[pointed]!)} ${unit}`}
        </span>
      </figcaption>
      <div ref={ref} class="chart-body">
        {width > 0 && (
          <svg
            role="img"
            aria-label={`${title}, ${counts.length} bins, at most ${highest} ${unit} in one`}
            width={width}
            height={height}
            onPointerLeave={() => setPointed(undefined)}
          >
            <Axes
              frame={frame}
              x={xTicks}
              y={yTicks.map((value) => ({ at: y(value), label: formatCount(value) }))}
              xLabel={props.xLabel}
            />
            <Bars counts={counts} edges={edges} x={x} y={y} frame={frame} onPoint={setPointed} />
          </svg>
        )}
      </div>
      <DataTable
        caption={title}
        columns={[props.xLabel, unit]}
        rows={counts.map((count, bin) => [nameBin(bin), formatCount(count)])}
      />
    </figure>
  );
}
