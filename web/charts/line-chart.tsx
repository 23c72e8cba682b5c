import { bisector } from "d3-array";
import { line } from "d3-shape";
import { useState } from "preact/hooks";
import { Axes, type Frame } from "./axes.tsx";
import { DataTable } from "./data-table.tsx";
import {
  choosePlainTicks,
  chooseTicks,
  createLineScales,
  type Point,
  type Reference,
  type Series,
} from "./line-scales.ts";
import { useWidth } from "./use-width.ts";

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

const TABLE_ROWS = 40;

/** Curves over a common x, with the values under the pointer in the heading. */
export function LineChart(props: LineChartProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number>();
  const { series, references = [], marks = [], height = 220, yScale = "linear", formatX, formatY } = props;
  const frame: Frame = { width, height, left: 46, right: 12, top: 10, bottom: 34 };
  const { x, y } = createLineScales(series, references, frame, yScale);
  const path = line<Point>(
    ({ x: at }) => x(at),
    ({ y: value }) => y(value),
  ).defined(({ y: value }) => yScale === "linear" || value > 0);
  const main = series.find(({ points }) => points.length > 0);
  const move = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    setPointed(x.invert(event.clientX - box.left));
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
            aria-label={describe(props)}
            width={width}
            height={height}
            onPointerMove={move}
            onPointerLeave={() => setPointed(undefined)}
          >
            <Axes
              frame={frame}
              x={chooseTicks(x, Math.max(2, width / 110), formatX)}
              y={choosePlainTicks(y, 4, formatY)}
              xLabel={props.xLabel}
            />
            {marks.map((mark) => (
              <line class="mark" x1={x(mark.x)} x2={x(mark.x)} y1={frame.top} y2={height - frame.bottom}>
                <title>{mark.name}</title>
              </line>
            ))}
            {references.map(({ name, y: level }) => (
              <g class="reference">
                <line x1={frame.left} x2={width - frame.right} y1={y(level)} y2={y(level)} />
                <text x={width / 2} y={y(level) - 5} text-anchor="middle">{`${name} ${formatY(level)}`}</text>
              </g>
            ))}
            {series.map(({ points, tone, dots }) => (
              <g class={`series ${tone}`}>
                <path d={path(points as Point[]) ?? ""} />
                {(dots === true || points.length === 1) &&
                  points.map((point) => <circle cx={x(point.x)} cy={y(point.y)} r={points.length > 60 ? 1.5 : 2.5} />)}
              </g>
            ))}
            {pointed !== undefined && main !== undefined && (
              <line
                class="pointer"
                x1={x(nearest(main.points, pointed).x)}
                x2={x(nearest(main.points, pointed).x)}
                y1={frame.top}
                y2={height - frame.bottom}
              />
            )}
          </svg>
        )}
      </div>
      {main !== undefined && (
        <DataTable
          caption={props.title}
          columns={[props.xLabel, ...series.map(({ name }) => name)]}
          rows={tabulate(props, main)}
        />
      )}
    </figure>
  );
}

function Readout({ series, at, formatX, formatY, xLabel }: LineChartProps & { readonly at: number | undefined }) {
  const first = series.find(({ points }) => points.length > 0);
  if (first === undefined) return null;
  return (
    <span class="readout">
      {at !== undefined && <span class="readout-x">{`${formatX(nearest(first.points, at).x)} ${xLabel}`}</span>}
      {series.map(({ name, tone, points }) => {
        const point = at === undefined ? points.at(-1) : points.length > 0 ? nearest(points, at) : undefined;
        return point === undefined ? null : (
          <span class={`key ${tone}`}>
            {name} <b>{formatY(point.y)}</b>
          </span>
        );
      })}
    </span>
  );
}

function nearest(points: readonly Point[], x: number): Point {
  return points[bisector((point: Point) => point.x).center(points, x)]!;
}

function tabulate({ series, formatX, formatY }: LineChartProps, main: Series): string[][] {
  const stride = Math.ceil(main.points.length / TABLE_ROWS);
  const rows = main.points.filter((_, index) => index % stride === 0 || index === main.points.length - 1);
  return rows.map(({ x }) => [
    formatX(x),
    ...series.map(({ points }) => (points.length === 0 ? "" : formatY(nearest(points, x).y))),
  ]);
}

function describe({ title, series, formatY }: LineChartProps): string {
  const ends = series.filter(({ points }) => points.length > 0);
  return `${title}: ${ends.map(({ name, points }) => `${name} ${formatY(points[0]!.y)} to ${formatY(points.at(-1)!.y)}`).join("; ")}`;
}
