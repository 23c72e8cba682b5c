import type { MedianEstimate } from "../../../src/numerics/median-interval.ts";

/** A median with its interval, which may stand below it; nothing where there is none. */
export function MedianFigure(props: {
  readonly of: MedianEstimate | null;
  readonly format: (value: number) => string;
}) {
  const { of: estimate, format } = props;
  if (estimate === null) return null;
  const [low, high] = estimate.interval;
  return (
    <>
      <span class="figure">{format(estimate.median)}</span>{" "}
      <span class="figure soft">
        ({format(low)} to {format(high)})
      </span>
    </>
  );
}
