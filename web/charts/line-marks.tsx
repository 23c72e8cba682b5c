import { line } from "d3-shape";
import type { Frame } from "./axes.tsx";
import type { LineChartProps } from "./line-chart-props.ts";
import type { LineScales, Point } from "./line-scales.ts";

const MANY_POINTS = 60;

/** What lies on the axes of a line chart: moments, levels, curves. */
export function LineMarks(props: LineChartProps & { readonly frame: Frame; readonly scales: LineScales }) {
  const { frame, scales, series, references = [], marks = [], formatY } = props;
  const { x, y } = scales;
  const isDrawn = (value: number) => props.yScale !== "log" || value > 0;
  const path = line<Point>(
    (point) => x(point.x),
    (point) => y(point.y),
  ).defined((point) => isDrawn(point.y));
  return (
    <>
      {marks.map((mark) => (
        <line class="mark" key={mark.x} x1={x(mark.x)} x2={x(mark.x)} y1={frame.top} y2={frame.height - frame.bottom}>
          <title>{mark.name}</title>
        </line>
      ))}
      {series.map(({ name, points, tone, dots }) => (
        <g class={`series ${tone}`} key={name}>
          <path d={path(points as Point[]) ?? ""} />
          {(dots === true || points.length === 1) &&
            points.map((point) => (
              <circle key={point.x} cx={x(point.x)} cy={y(point.y)} r={points.length > MANY_POINTS ? 1.5 : 2.5} />
            ))}
        </g>
      ))}
      {references.map(({ name, y: level }) => (
        <g class="reference" key={name}>
          <line x1={frame.left} x2={frame.width - frame.right} y1={y(level)} y2={y(level)} />
          <text x={frame.width / 2} y={y(level) - 5} text-anchor="middle">{`${name} ${formatY(level)}`}</text>
        </g>
      ))}
    </>
  );
}
