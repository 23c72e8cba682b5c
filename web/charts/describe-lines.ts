import { bisector } from "d3-array";
import type { LineChartProps } from "./line-chart-props.ts";
import type { Point, Series } from "./line-scales.ts";

const TABLE_ROWS = 40;

/** The point nearest to an x; there must be one. */
export function findNearest(points: readonly Point[], x: number): Point {
  return points[bisector((point: Point) => point.x).center(points, x)]!;
}

/** The curves as rows of a table, at most some forty, at the places of the `main` one. */
export function tabulateLines({ series, formatX, formatY }: LineChartProps, main: Series): string[][] {
  const stride = Math.ceil(main.points.length / TABLE_ROWS);
  const rows = main.points.filter((_, index) => index % stride === 0 || index === main.points.length - 1);
  return rows.map(({ x }) => [
    formatX(x),
    ...series.map(({ points }) => (points.length === 0 ? "" : formatY(findNearest(points, x).y))),
  ]);
}

/** The chart in a sentence: where each curve begins and ends. */
export function describeLines({ title, series, formatY }: LineChartProps): string {
  const ends = series
    .filter(({ points }) => points.length > 0)
    .map(({ name, points }) => `${name} ${formatY(points[0]!.y)} to ${formatY(points.at(-1)!.y)}`);
  return `${title}: ${ends.join("; ")}`;
}
