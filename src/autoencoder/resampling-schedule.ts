import type { Resampling } from "./resampling-config.ts";

/** The steps (counted as done) at which activity windows open and at which dead features are re-initialised. */
export interface ResamplingSchedule {
  opensAt(step: number): boolean;
  resamplesAt(step: number): boolean;
  readonly inputs: number;
}

/** A schedule in whole steps for a run of `steps`; shares are rounded to the nearest step, windows to at least one. */
export function createResamplingSchedule(resampling: Resampling, steps: number): ResamplingSchedule {
  if (resampling.kind === "none") return { opensAt: () => false, resamplesAt: () => false, inputs: 0 };
  const unit = resampling.kind === "shares" ? steps : 1;
  const at = listTimes(resampling, unit === 1 ? steps : 1).map((value) => Math.round(value * unit));
  const window = Math.max(1, Math.round(resampling.window * unit));
  const ends = new Set(at);
  const starts = new Set(at.map((end) => Math.max(0, end - window)));
  return { opensAt: (step) => starts.has(step), resamplesAt: (step) => ends.has(step), inputs: resampling.inputs };
}

function listTimes(
  { at, every = Number.POSITIVE_INFINITY }: { at?: readonly number[] | undefined; every?: number | undefined },
  end: number,
) {
  return at ?? Array.from({ length: Math.floor(end / every + 1e-9) }, (_, index) => (index + 1) * every);
}
