import { extent } from "d3-array";
import { scaleLinear } from "d3-scale";
import { useState } from "preact/hooks";
import { Axes, type Frame } from "./axes.tsx";
import { DataTable } from "./data-table.tsx";
import { useWidth } from "./use-width.ts";

/** One thing of two figures. */
export interface ScatterPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** The ends of the intervals of both, where they are known. */
  readonly xInterval?: readonly [number, number];
  readonly yInterval?: readonly [number, number];
  readonly tone: "accent" | "soft" | "hollow";
  readonly address?: string;
}

/** What a scatter plot shows. */
export interface ScatterProps {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly points: readonly ScatterPoint[];
  readonly height?: number;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}

/** Points by two figures, with their intervals; the one under the pointer is named in the heading. */
export function Scatter(props: ScatterProps) {
  const [pointed, setPointed] = useState<ScatterPoint>();
  const { points, formatX, formatY } = props;
  const shown = pointed ?? points.find(({ tone }) => tone === "accent");
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{props.title}</span>
        <span class="readout">{shown !== undefined && `${shown.name}: ${formatX(shown.x)}, ${formatY(shown.y)}`}</span>
      </figcaption>
      <ScatterDrawing {...props} onPoint={setPointed} />
      <DataTable
        caption={props.title}
        columns={["name", props.xLabel, props.yLabel]}
        rows={() => points.map(({ name, x, y }) => [name, formatX(x), formatY(y)])}
      />
    </figure>
  );
}

function ScatterDrawing(props: ScatterProps & { readonly onPoint: (point: ScatterPoint | undefined) => void }) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const { points, height = 220, onPoint } = props;
  const frame: Frame = { width, height, left: 46, right: 12, top: 12, bottom: 34 };
  const x = scaleLinear(pad(points.flatMap((point) => [point.x, ...(point.xInterval ?? [])])), [
    frame.left,
    width - frame.right,
  ]).nice(5);
  const y = scaleLinear(pad(points.flatMap((point) => [point.y, ...(point.yInterval ?? [])])), [
    height - frame.bottom,
    frame.top,
  ]).nice(4);
  const tickX = x.tickFormat(5);
  const marks = points.toSorted((a, b) => rank(a) - rank(b));
  return (
    <div ref={ref} class="chart-body">
      {width > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a drawing is no set of form fields
        <svg
          role="group"
          aria-label={`${props.title}, ${points.length} points`}
          width={width}
          height={height}
          onPointerLeave={() => onPoint(undefined)}
        >
          <Axes
            frame={frame}
            x={x.ticks(Math.max(2, width / 110)).map((value) => ({ at: x(value), label: tickX(value) }))}
            y={y.ticks(4).map((value) => ({ at: y(value), label: props.formatY(value) }))}
            xLabel={props.xLabel}
          />
          {marks.map((point) => (
            <PointMark key={`${point.name} ${point.x}`} point={point} x={x} y={y} onPoint={onPoint} />
          ))}
        </svg>
      )}
    </div>
  );
}

function PointMark(props: {
  readonly point: ScatterPoint;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly onPoint: (point: ScatterPoint) => void;
}) {
  const { point, x, y } = props;
  const [left, right] = (point.xInterval ?? [point.x, point.x]).map(x);
  const [bottom, top] = (point.yInterval ?? [point.y, point.y]).map(y);
  const marks = (
    <>
      <line class="error-bar" x1={left} x2={right} y1={y(point.y)} y2={y(point.y)} />
      <line class="error-bar" x1={x(point.x)} x2={x(point.x)} y1={bottom} y2={top} />
      <circle class="point-hit" cx={x(point.x)} cy={y(point.y)} r="12" />
      <circle class="point" cx={x(point.x)} cy={y(point.y)} r="5" />
    </>
  );
  const name = `point-mark ${point.tone}`;
  const show = () => props.onPoint(point);
  if (point.address === undefined)
    return (
      <g class={name} onPointerEnter={show}>
        {marks}
      </g>
    );
  return (
    <a class={name} href={point.address} aria-label={point.name} onPointerEnter={show} onFocus={show}>
      {marks}
    </a>
  );
}

/** The one looked at is drawn last, above all others. */
function rank({ tone }: ScatterPoint): number {
  return tone === "accent" ? 1 : 0;
}

function pad(values: readonly number[]): [number, number] {
  const [low = 0, high = 1] = extent(values);
  const room = (high - low) * 0.12 || Math.abs(high) * 0.1 || 0.5;
  return [low - room, high + room];
}
