import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { UserError } from "../numerics/user-error.ts";
import type { DictionaryConfig } from "./config.ts";
import type { ActivationBatches } from "./draw-inputs.ts";
import { createTrainingDictionary } from "./fold-weights.ts";
import { isLook, measureDensity } from "./measure-density.ts";
import { resampleDeadFeatures } from "./resample.ts";
import type {
  DictionaryCheckpointEvent,
  DictionaryResampleEvent,
  DictionaryStepEvent,
  TrainDictionaryEvent,
} from "./training-events.ts";
import { createTrainingSchedule, type TrainingSchedule } from "./training-schedule.ts";
import type { TrainingState } from "./training-state.ts";
import { createTrainingStep, type TrainingStep } from "./training-step.ts";

/** What training needs. */
export interface TrainDictionaryOptions {
  readonly kernels: Kernels;
  readonly config: DictionaryConfig;
  /** Changed in place, step by step; from `createInitialState`, `createTrainingState` or `restoreTrainingState`. */
  readonly state: TrainingState;
  /** Batches [config.batch, width] from that of step `state.step` on. */
  readonly batches: ActivationBatches;
  /** Random inputs for the resampling after `step`; needed when the configuration resamples. */
  readonly resamplingInputs?: (step: number) => ActivationBatches;
  /** Active features per vector above which a step's products are dense; 15 % of the features if absent. */
  readonly denseAbove?: number;
  readonly signal?: AbortSignal;
}

/** Steps of a run: whole batches only. */
export function countTrainingSteps(config: DictionaryConfig): number {
  return Math.floor(config.activations / config.batch);
}

/**
 * Trains the dictionary in `state` to the end of its schedule. Ends with a checkpoint event, also when the signal aborts.
 * Throws UserError when the loss, a weight or a moment is not finite, in the step in which it becomes so, and when the
 * batches run out early.
 */
export async function* trainDictionary(options: TrainDictionaryOptions): AsyncGenerator<TrainDictionaryEvent, void> {
  const { kernels, config, state, signal } = options;
  const steps = countTrainingSteps(config);
  const checkpoint = (): DictionaryCheckpointEvent => ({ kind: "checkpoint", step: state.step });
  if (state.step >= steps) return yield checkpoint();
  checkOptions(options, steps);
  const step = createTrainingStep(kernels, config, state, options.denseAbove);
  const schedule = createTrainingSchedule(config, steps);
  for await (const x of options.batches) {
    yield* takeStep(options, step, schedule, x, steps);
    const ends = state.step === steps || signal?.aborted === true;
    if (ends || state.step % config.checkpointEvery === 0) yield checkpoint();
    if (ends) return;
  }
  throw new UserError(
    `The activations ran out after ${state.step} of ${steps} steps of ${config.batch} vectors: give more text or lower dictionary.activations.`,
  );
}

/** One step and what comes due with it. */
async function* takeStep(
  options: TrainDictionaryOptions,
  step: TrainingStep,
  schedule: TrainingSchedule,
  x: Tensor,
  steps: number,
): AsyncGenerator<TrainDictionaryEvent, void> {
  const { kernels, config, state } = options;
  if (schedule.resampling.opensAt(state.step)) kernels.fill(state.activity, 0);
  const l1 = schedule.l1(state.step);
  const learningRate = schedule.learningRate(state.step);
  const measured = await step.take(x, { l1, learningRate });
  const vectors = state.step * config.batch;
  const event: DictionaryStepEvent = { kind: "step", step: state.step, steps, vectors, ...measured, l1, learningRate };
  if (state.step === steps || state.step === 1 || state.step % config.logEvery === 0) yield event;
  if (isLook(state.step, steps, config.looks)) yield await measureDensity(kernels, config, state, steps);
  if (schedule.resampling.resamplesAt(state.step)) yield await resample(options, event);
}

async function resample(options: TrainDictionaryOptions, event: DictionaryStepEvent): Promise<DictionaryResampleEvent> {
  const { kernels, config, state } = options;
  const inputs = scaleBatches(kernels, options.resamplingInputs!(state.step), state.activationScale);
  const dictionary = createTrainingDictionary(kernels, state, config);
  const l1SumOfSquares = event.l1SumOfSquares * state.activationScale;
  const features = await resampleDeadFeatures(kernels, state, { config, dictionary, inputs, l1SumOfSquares });
  return { kind: "resample", step: state.step, features };
}

/** The batches as the weights read them. */
async function* scaleBatches(kernels: Kernels, batches: ActivationBatches, scale: number): AsyncGenerator<Tensor> {
  for await (const x of batches) {
    if (scale === 1) {
      yield x;
      continue;
    }
    const scaled = kernels.create(x.shape);
    kernels.scale(scaled, x, scale);
    yield scaled;
    kernels.release(scaled);
  }
}

function checkOptions({ config, state, resamplingInputs }: TrainDictionaryOptions, steps: number): void {
  const features = state.weights.encoder.shape[0];
  if (features !== config.features) {
    throw new UserError(`The state has ${features} features, dictionary.features says ${config.features}.`);
  }
  if (config.resampling.kind !== "none" && !resamplingInputs) {
    throw new Error(`resampling in a run of ${steps} steps needs resamplingInputs`);
  }
}
