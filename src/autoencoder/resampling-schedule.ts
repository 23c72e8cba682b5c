import type { Resampling } from "./config.ts";

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
  const at = resampling.at.map((value) => Math.round(value * unit));
  const window = Math.max(1, Math.round(resampling.window * unit));
  const ends = new Set(at);
  const starts = new Set(at.map((end) => Math.max(0, end - window)));
  return { opensAt: (step) => starts.has(step), resamplesAt: (step) => ends.has(step), inputs: resampling.inputs };
}
