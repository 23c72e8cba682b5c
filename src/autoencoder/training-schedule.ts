import { cosineDecay, linearDecay, linearWarmup } from "../numerics/schedules.ts";
import type { DictionaryConfig } from "./config.ts";
import { createResamplingSchedule, type ResamplingSchedule } from "./resampling-schedule.ts";

/** What changes from step to step; each is a function of the steps done alone, so that a resumed run goes on the same. */
export interface TrainingSchedule {
  /** The penalty's coefficient of the step after `step` steps, in the recipe's own units. */
  l1(step: number): number;
  /** Adam's learning rate of that step: warm-up times decay times the warm-up after the last resampling. */
  learningRate(step: number): number;
  readonly resampling: ResamplingSchedule;
}

/** The schedule of a run of `steps`. */
export function createTrainingSchedule(config: DictionaryConfig, steps: number): TrainingSchedule {
  const resampling = createResamplingSchedule(config.resampling, steps);
  const decay = config.decay === "linear" ? linearDecay : cosineDecay;
  const rewarm = (step: number): number => {
    const last = resampling.lastResampleBefore(step);
    return last === undefined || resampling.rewarm === 0 ? 1 : Math.min(1, (step - last + 1) / resampling.rewarm);
  };
  return {
    l1: (step) => config.l1 * linearWarmup(step, steps, config.l1WarmupShare),
    learningRate: (step) =>
      config.learningRate *
      linearWarmup(step, steps, config.learningRateWarmupShare) *
      decay(step, steps, config.decayShare) *
      rewarm(step),
    resampling,
  };
}
