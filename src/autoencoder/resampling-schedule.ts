import type { Resampling } from "./resampling-config.ts";

/** The steps (counted as done) at which activity windows open and at which dead features are re-initialised. */
export interface ResamplingSchedule {
  opensAt(step: number): boolean;
  resamplesAt(step: number): boolean;
  /** The last resampling at or before `step` steps done, undefined before the first: the next step runs that far behind it. */
  lastResampleBefore(step: number): number | undefined;
  /** Steps over which the learning rate rises again after each. */
  readonly rewarm: number;
}

const NEVER: ResamplingSchedule = {
  opensAt: () => false,
  resamplesAt: () => false,
  lastResampleBefore: () => undefined,
  rewarm: 0,
};

/**
 * A schedule in whole steps for a run of `steps`; shares are rounded to the nearest step, resamplings and windows to at
 * least one. No window opens before the resampling that precedes it.
 */
export function createResamplingSchedule(resampling: Resampling, steps: number): ResamplingSchedule {
  if (resampling.kind === "none") return NEVER;
  const unit = resampling.kind === "shares" ? steps : 1;
  const round = (value: number) => Math.max(1, Math.round(value * unit));
  const at = listTimes(resampling, unit === 1 ? steps : 1).map(round);
  const window = round(resampling.window);
  const ends = new Set(at);
  const starts = new Set(at.map((end, index) => Math.max(at[index - 1] ?? 0, end - window)));
  return {
    opensAt: (step) => starts.has(step),
    resamplesAt: (step) => ends.has(step),
    lastResampleBefore: (step) => at.findLast((end) => end <= step),
    rewarm: Math.round(resampling.rewarm * unit),
  };
}

function listTimes(
  { at, every = Number.POSITIVE_INFINITY }: { at?: readonly number[] | undefined; every?: number | undefined },
  end: number,
) {
  return at ?? Array.from({ length: Math.floor(end / every + 1e-9) }, (_, index) => (index + 1) * every);
}
