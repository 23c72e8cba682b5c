import { type ScaleContinuousNumeric, scaleLinear, scaleLog, scaleSqrt } from "d3-scale";

/** How heights stand for counts. */
export type CountScaleKind = "linear" | "sqrt" | "log";

/** Where a single count stands above the baseline of a logarithmic scale. */
const BELOW_ONE = 0.6;

/** A scale from counts up to `highest` to pixels, and the counts worth a tick. */
export function createCountScale(
  kind: CountScaleKind,
  highest: number,
  [baseline, top]: readonly [number, number],
): { readonly height: (count: number) => number; readonly ticks: readonly number[] } {
  if (kind === "log") {
    const scale = scaleLog([BELOW_ONE, Math.max(2, highest)], [baseline, top]);
    const powers = scale.ticks().filter((value) => value >= 1 && Number.isInteger(Math.log10(value)));
    return { height: (count) => (count < 1 ? 0 : baseline - scale(count)), ticks: powers };
  }
  const scale: ScaleContinuousNumeric<number, number> = (kind === "sqrt" ? scaleSqrt : scaleLinear)(
    [0, highest],
    [baseline, top],
  );
  return {
    height: (count) => baseline - scale(count),
    ticks: scale.ticks(3).filter((value) => Number.isInteger(value)),
  };
}
