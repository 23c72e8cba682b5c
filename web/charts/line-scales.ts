import { extent } from "d3-array";
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from "d3-scale";
import type { Frame, Tick } from "./axes.tsx";

/** One point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve of a chart. */
export interface Series {
  readonly name: string;
  readonly tone: "accent" | "ink" | "soft";
  readonly points: readonly Point[];
  /** Few measurements rather than a dense curve. */
  readonly dots?: boolean;
}

/** A level that is not a curve, such as a baseline. */
export interface Reference {
  readonly name: string;
  readonly y: number;
}

/** Differences this small against the values are rounding, not a curve. */
const FLAT = 1e-5;

type Scale = ScaleContinuousNumeric<number, number>;

/** The scales of a line chart. */
export interface LineScales {
  readonly x: Scale;
  readonly y: Scale;
}

/** The scales of a line chart; curves and references fit in. */
export function createLineScales(
  series: readonly Series[],
  references: readonly Reference[],
  frame: Frame,
  yScale: "linear" | "log",
): LineScales {
  const points = series.flatMap(({ points }) => points);
  const [, xEnd] = extent(points, (point) => point.x);
  const [low = 0, high = 1] = extent([...points, ...references], ({ y }) =>
    yScale === "log" && y <= 0 ? undefined : y,
  );
  const isFlat = high - low < FLAT * Math.abs(high);
  const padding = isFlat ? 0.5 : (high - low) * 0.06 || 0.5;
  const x = scaleLinear([0, Math.max(1, xEnd ?? 1)], [frame.left, frame.width - frame.right]);
  const range = [frame.height - frame.bottom, frame.top];
  if (yScale === "log") return { x, y: scaleLog([low / 1.1, high * 1.1], range) };
  const start = low >= 0 ? Math.max(0, low - padding) : low - padding;
  return { x, y: scaleLinear([start, high + padding], range) };
}

/** About `count` ticks, each with as many decimals as tell them apart. */
export function choosePlainTicks(scale: Scale, count: number, format: (value: number) => string): Tick[] {
  if ("base" in scale) return chooseTicks(scale, count, format);
  const plain = scale.tickFormat(count);
  return scale.ticks(count).map((value) => ({ at: scale(value), label: plain(value) }));
}

/** About `count` ticks of a scale; on a logarithmic one 1, 2 and 5 times powers of ten, or the powers alone. */
export function chooseTicks(scale: Scale, count: number, format: (value: number) => string): Tick[] {
  const values = "base" in scale ? chooseLogTicks(scale.ticks(), count) : scale.ticks(count);
  return values.map((value) => ({ at: scale(value), label: format(value) }));
}

function chooseLogTicks(values: readonly number[], count: number): readonly number[] {
  const leading = (value: number) => Number(value.toExponential()[0]);
  const candidates = [[1, 2, 5], [1, 5], [1]].map((kept) => values.filter((value) => kept.includes(leading(value))));
  return candidates.find(({ length }) => length <= count + 1) ?? candidates.at(-1)!;
}
