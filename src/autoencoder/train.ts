import type { AdamOptions, Kernels, Tensor } from "../kernels/kernels.ts";
import { linearDecay, linearWarmup } from "../numerics/schedules.ts";
import { UserError } from "../numerics/user-error.ts";
import { autoencoderWeightNames, createAutoencoder } from "./autoencoder.ts";
import type { DictionaryConfig } from "./config.ts";
import type { ActivationBatches } from "./draw-inputs.ts";
import { AutoencoderGradients, type BatchMeasurement } from "./gradients.ts";
import { resampleDeadFeatures } from "./resample.ts";
import { createResamplingSchedule } from "./resampling-schedule.ts";
import { type DictionarySnapshot, snapshotTrainingState, type TrainingState } from "./training-state.ts";
import { removeParallelGradient, restoreUnitNorm } from "./unit-norm.ts";

const ADAM_EPSILON = 1e-8;

/** What training reports; `step` counts steps done. */
export type TrainDictionaryEvent = DictionaryStepEvent | DictionaryResampleEvent | DictionaryCheckpointEvent;

/** One logged step: the loss and its parts on that step's batch, before the update. */
export interface DictionaryStepEvent {
  readonly kind: "step";
  readonly step: number;
  readonly steps: number;
  /** Activation vectors seen so far. */
  readonly vectors: number;
  readonly loss: number;
  readonly reconstruction: number;
  readonly sparsity: number;
  readonly l1: number;
  readonly l0: number;
  readonly learningRate: number;
  readonly dense: boolean;
}

/** Dead features were re-initialised. */
export interface DictionaryResampleEvent {
  readonly kind: "resample";
  readonly step: number;
  readonly features: Int32Array;
}

/** A moment to save; `snapshot` must be called before the generator goes on. */
export interface DictionaryCheckpointEvent {
  readonly kind: "checkpoint";
  readonly step: number;
  readonly snapshot: () => Promise<DictionarySnapshot>;
}

/** What training needs. */
export interface TrainDictionaryOptions {
  readonly kernels: Kernels;
  readonly config: DictionaryConfig;
  /** Changed in place, step by step; from `createTrainingState` or `restoreTrainingState`. */
  readonly state: TrainingState;
  /** Batches [config.batch, width] from that of step `state.step` on. */
  readonly batches: ActivationBatches;
  /** Random inputs for the resampling after `step`; needed when the configuration resamples. */
  readonly resamplingInputs?: (step: number) => ActivationBatches;
  /** Codes kept per vector on the sparse path; a row with more takes the dense path. */
  readonly capacity?: number;
  readonly signal?: AbortSignal;
}

/** Steps of a run: whole batches only. */
export function countTrainingSteps(config: DictionaryConfig): number {
  return Math.floor(config.activations / config.batch);
}

/**
 * Trains the dictionary in `state` to the end of its schedule. Ends with a checkpoint event, also when the signal aborts.
 * Throws UserError when the loss is not finite, before the weights change, and when the batches run out early.
 */
export async function* trainDictionary(options: TrainDictionaryOptions): AsyncGenerator<TrainDictionaryEvent, void> {
  const { kernels, config, state, signal } = options;
  const steps = countTrainingSteps(config);
  const checkpoint = (): DictionaryCheckpointEvent => ({
    kind: "checkpoint",
    step: state.step,
    snapshot: () => snapshotTrainingState(kernels, state),
  });
  if (state.step >= steps) return yield checkpoint();
  checkOptions(options, steps);
  const computer = new AutoencoderGradients(kernels, state.weights, config.batch, options.capacity);
  const schedule = createResamplingSchedule(config.resampling, steps);
  for await (const x of options.batches) {
    if (schedule.opensAt(state.step)) kernels.fill(state.activity, 0);
    const event = await takeStep(options, computer, x, steps);
    const done = state.step === steps;
    const ends = done || signal?.aborted === true;
    if (done || state.step === 1 || state.step % config.logEvery === 0) yield event;
    if (schedule.resamplesAt(state.step)) yield await resample(options, event.l1);
    if (ends || state.step % config.checkpointEvery === 0) yield checkpoint();
    if (ends) return;
  }
  throw new UserError(
    `The activations ran out after ${state.step} of ${steps} steps of ${config.batch} vectors: give more text or lower dictionary.activations.`,
  );
}

async function takeStep(
  { kernels, config, state }: TrainDictionaryOptions,
  computer: AutoencoderGradients,
  x: Tensor,
  steps: number,
): Promise<DictionaryStepEvent> {
  const l1 = config.l1 * linearWarmup(state.step, steps, config.l1WarmupShare);
  const learningRate = config.learningRate * linearDecay(state.step, steps, config.decayShare);
  const measured = await computer.compute(x, l1, state.dense);
  checkFinite(measured, state.step);
  update(kernels, state, computer, {
    learningRate,
    beta1: config.beta1,
    beta2: config.beta2,
    epsilon: ADAM_EPSILON,
    weightDecay: 0,
    step: state.step + 1,
  });
  state.step += 1;
  state.dense = measured.dense;
  return { kind: "step", step: state.step, steps, vectors: state.step * config.batch, ...measured, learningRate };
}

/** Gradient projection, Adam, renormalisation: in this order, at every step, so that stored decoders have unit rows. */
function update(kernels: Kernels, state: TrainingState, computer: AutoencoderGradients, adam: AdamOptions): void {
  const { weights, moment1, moment2 } = state;
  const { gradients } = computer;
  removeParallelGradient(kernels, gradients.decoder, weights.decoder);
  for (const name of autoencoderWeightNames) {
    kernels.adamW(weights[name], moment1[name], moment2[name], gradients[name], null, adam);
  }
  restoreUnitNorm(kernels, weights.decoder);
  kernels.addScaled(state.activity, state.activity, computer.featureSums, 1);
}

async function resample(options: TrainDictionaryOptions, l1SumOfSquares: number): Promise<DictionaryResampleEvent> {
  const { kernels, config, state } = options;
  const inputs = options.resamplingInputs!(state.step);
  const dictionary = createAutoencoder(kernels, state.weights);
  const features = await resampleDeadFeatures(kernels, state, { config, dictionary, inputs, l1SumOfSquares });
  return { kind: "resample", step: state.step, features };
}

function checkFinite(measured: BatchMeasurement, step: number): void {
  if (Number.isFinite(measured.loss)) return;
  throw new UserError(
    `The dictionary's loss is not finite (${measured.loss}) at step ${step + 1}: training diverged or an activation is not finite; lower learningRate and go on from the last checkpoint.`,
  );
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
