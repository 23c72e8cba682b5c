import { max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { useState } from "preact/hooks";
import { formatCount } from "../text/format-number.ts";
import { Axes, type Frame, type Tick } from "./axes.tsx";
import { Bars, type BarsProps } from "./bars.tsx";
import { type CountScaleKind, createCountScale } from "./count-scale.ts";
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
  /** Square-root and logarithmic heights keep small bins visible beside very large ones. */
  readonly yScale?: CountScaleKind;
  readonly format: (value: number) => string;
  readonly ticks?: readonly number[];
  /** A value worth a line, such as that of a token someone points at. */
  readonly mark?: number | undefined;
  /** Where the bar of a bin leads. */
  readonly address?: ((bin: number) => string) | undefined;
}

/** The bin edges of a histogram. */
export function listEdges({ counts, start, end }: Pick<HistogramProps, "counts" | "start" | "end">): number[] {
  return Array.from({ length: counts.length + 1 }, (_, bin) => start + ((end - start) * bin) / counts.length);
}

/** Bars of a single hue; the bin under the pointer is named in the heading. */
export function Histogram(props: HistogramProps) {
  const [pointed, setPointed] = useState<number>();
  const { title, unit, format, address } = props;
  const counts = Array.from(props.counts);
  const edges = listEdges(props);
  const nameBin = (bin: number) => `${format(edges[bin]!)} to ${format(edges[bin + 1]!)}`;
  const describe = (bin: number) => `${nameBin(bin)}: ${formatCount(counts[bin]!)} ${unit}`;
  const link = address && ((bin: number) => ({ address: address(bin), name: describe(bin) }));
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="readout">{pointed !== undefined && describe(pointed)}</span>
      </figcaption>
      <HistogramDrawing {...props} counts={counts} edges={edges} pointed={pointed} onPoint={setPointed} link={link} />
      <DataTable
        caption={title}
        columns={[props.xLabel, unit]}
        rows={() => counts.map((count, bin) => [nameBin(bin), formatCount(count)])}
      />
    </figure>
  );
}

function HistogramDrawing(
  props: HistogramProps & Pick<BarsProps, "pointed" | "onPoint" | "link" | "counts" | "edges">,
) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const { title, unit, counts, start, end, height = 150, format, mark, link } = props;
  const highest = Math.max(1, max(counts) ?? 1);
  const frame: Frame = { width, height, left: 46, right: 6, top: 8, bottom: 34 };
  const x = scaleLinear([start, end], [frame.left, width - frame.right]);
  const baseline = height - frame.bottom;
  const scale = createCountScale(props.yScale ?? "linear", highest, [baseline, frame.top]);
  const xTicks = (props.ticks ?? x.ticks(Math.max(2, width / 90))).map(
    (value): Tick => ({ at: x(value), label: format(value) }),
  );
  const yTicks = scale.ticks.map((value) => ({ at: baseline - scale.height(value), label: formatCount(value) }));
  return (
    <div ref={ref} class="chart-body">
      {width > 0 && (
        <svg
          role={link === undefined ? "img" : "group"}
          aria-label={`${title}, ${counts.length} bins, at most ${highest} ${unit} in one`}
          width={width}
          height={height}
          onPointerLeave={() => props.onPoint(undefined)}
        >
          <Axes frame={frame} x={xTicks} y={yTicks} xLabel={props.xLabel} />
          <Bars {...props} x={x} height={scale.height} frame={frame} />
          {mark !== undefined && mark >= Math.min(start, end) && mark <= end && (
            <line class="value-mark" x1={x(mark)} x2={x(mark)} y1={frame.top} y2={baseline} />
          )}
        </svg>
      )}
    </div>
  );
}
