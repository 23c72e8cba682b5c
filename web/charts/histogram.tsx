import { max } from "d3-array";
import { scaleLinear, scaleSqrt } from "d3-scale";
import { useState } from "preact/hooks";
import { formatCount } from "../text/format-number.ts";
import { Axes, type Frame, type Tick } from "./axes.tsx";
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
  /** A value pointed at elsewhere. */
  readonly mark?: number | undefined;
}

/** Bars of a single hue; the bin under the pointer is named in the heading. */
export function Histogram(props: HistogramProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number>();
  const { start, end, height = 150, format, mark } = props;
  const counts = Array.from(props.counts);
  const highest = Math.max(1, max(counts) ?? 1);
  const frame: Frame = { width, height, left: 46, right: 6, top: 8, bottom: 34 };
  const x = scaleLinear([start, end], [frame.left, width - frame.right]);
  const yRange = [height - frame.bottom, frame.top];
  const y = props.yScale === "sqrt" ? scaleSqrt([0, highest], yRange) : scaleLinear([0, highest], yRange);
  const edge = (bin: number) => start + ((end - start) * bin) / counts.length;
  const tick = (value: number): Tick => ({ at: x(value), label: format(value) });
  const nameBin = (bin: number) => `${format(edge(bin))} to ${format(edge(bin + 1))}`;
  const yTicks = y.ticks(3).filter((value) => Number.isInteger(value));
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{props.title}</span>
        <span class="readout">
          {pointed !== undefined && `${nameBin(pointed)}: ${formatCount(counts[pointed]!)} ${props.unit}`}
        </span>
      </figcaption>
      <div ref={ref} class="chart-body">
        {width > 0 && (
          <svg
            role="img"
            aria-label={`${props.title}, ${counts.length} bins, at most ${highest} ${props.unit} in one`}
            width={width}
            height={height}
            onPointerLeave={() => setPointed(undefined)}
          >
            <Axes
              frame={frame}
              x={(props.ticks ?? x.ticks(Math.max(2, width / 90))).map(tick)}
              y={yTicks.map((value) => ({ at: y(value), label: formatCount(value) }))}
              xLabel={props.xLabel}
            />
            {counts.map((count, bin) => (
              <g class="bin" onPointerEnter={() => setPointed(bin)}>
                <rect
                  class="bin-hit"
                  x={x(edge(bin))}
                  width={x(edge(bin + 1)) - x(edge(bin))}
                  y={frame.top}
                  height={yRange[0]! - frame.top}
                />
                <rect
                  class="bar"
                  x={x(edge(bin)) + 0.5}
                  width={Math.max(0.5, x(edge(bin + 1)) - x(edge(bin)) - 1)}
                  y={y(count)}
                  height={yRange[0]! - y(count)}
                />
              </g>
            ))}
            {mark !== undefined && <line class="pointer" x1={x(mark)} x2={x(mark)} y1={frame.top} y2={yRange[0]} />}
          </svg>
        )}
      </div>
      <DataTable
        caption={props.title}
        columns={[props.xLabel, props.unit]}
        rows={counts.map((count, bin) => [nameBin(bin), formatCount(count)])}
      />
    </figure>
  );
}
