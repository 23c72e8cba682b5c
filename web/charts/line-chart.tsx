import { useState } from "preact/hooks";
import { Axes, type Frame } from "./axes.tsx";
import { DataTable } from "./data-table.tsx";
import { describeLines, findNearest, tabulateLines } from "./describe-lines.ts";
import type { LineChartProps } from "./line-chart-props.ts";
import { LineMarks } from "./line-marks.tsx";
import { choosePlainTicks, chooseTicks, createLineScales } from "./line-scales.ts";
import { Readout } from "./readout.tsx";
import { useWidth } from "./use-width.ts";

/** Curves over a common x, with the values under the pointer in the heading. */
export function LineChart(props: LineChartProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number>();
  const { series, references = [], height = 220, yScale = "linear", formatX, formatY } = props;
  const frame: Frame = { width, height, left: 46, right: 12, top: 10, bottom: 34 };
  const scales = createLineScales(series, references, frame, yScale);
  const main = series.find(({ points }) => points.length > 0);
  const pointer =
    pointed === undefined || main === undefined ? undefined : scales.x(findNearest(main.points, pointed).x);
  const move = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    setPointed(scales.x.invert(event.clientX - box.left));
  };
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{props.title}</span>
        <Readout {...props} at={pointed} />
      </figcaption>
      <div ref={ref} class="chart-body">
        {width > 0 && (
          <svg
            role="img"
            aria-label={describeLines(props)}
            width={width}
            height={height}
            onPointerMove={move}
            onPointerLeave={() => setPointed(undefined)}
          >
            <Axes
              frame={frame}
              x={chooseTicks(scales.x, Math.max(2, width / 110), formatX)}
              y={choosePlainTicks(scales.y, 4, formatY)}
              xLabel={props.xLabel}
            />
            <LineMarks {...props} frame={frame} scales={scales} />
            {pointer !== undefined && (
              <line class="pointer" x1={pointer} x2={pointer} y1={frame.top} y2={height - frame.bottom} />
            )}
          </svg>
        )}
      </div>
      {main !== undefined && (
        <DataTable
          caption={props.title}
          columns={[props.xLabel, ...series.map(({ name }) => name)]}
          rows={() => tabulateLines(props, main)}
        />
      )}
    </figure>
  );
}
