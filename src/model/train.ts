import type { Kernels } from "../kernels/kernels.ts";
import { warmupCosine } from "../numerics/schedules.ts";
import { UserError } from "../numerics/user-error.ts";
import { countContexts, createContextSampler, type TokenStream } from "../text/contexts.ts";
import type { ModelConfig } from "./config.ts";
import { measureValidation } from "./evaluate.ts";
import { createParameters, uploadParameters } from "./parameters.ts";
import { createTokenBatch, writeTokenBatch } from "./token-batch.ts";
import { type ModelSnapshot, ModelTrainer } from "./trainer.ts";
import { countTrainingSteps, type TrainingConfig } from "./training-config.ts";
import { createTransformer, type Transformer } from "./transformer.ts";

/** What training reports; `step` counts updates done. */
export type TrainModelEvent = ModelStepEvent | ModelValidationEvent | ModelCheckpointEvent;

export interface ModelStepEvent {
  readonly kind: "step";
  readonly step: number;
  readonly steps: number;
  /** Mean training loss in nats per token since the last such event. */
  readonly loss: number;
  readonly learningRate: number;
  /** Training tokens seen so far. */
  readonly tokens: number;
  /** Norm of this step's gradient before clipping. */
  readonly gradientNorm: number;
}

export interface ModelValidationEvent {
  readonly kind: "validation";
  readonly step: number;
  /** Mean loss in nats per token of a fixed sample of held-out contexts. */
  readonly loss: number;
}

/** A moment to save; `model` is the live model and `snapshot` must be called before the generator goes on. */
export interface ModelCheckpointEvent {
  readonly kind: "checkpoint";
  readonly step: number;
  readonly done: boolean;
  readonly model: Transformer;
  readonly snapshot: () => Promise<ModelSnapshot>;
}

/** What training needs. */
export interface TrainModelOptions {
  readonly kernels: Kernels;
  readonly config: ModelConfig;
  readonly training: TrainingConfig;
  readonly stream: TokenStream;
  readonly validation: TokenStream;
  /** Decides the initial weights. */
  readonly seed: number;
  /** Decides the order of the contexts; `seed` if absent. */
  readonly orderSeed?: number;
  /** Where to go on from. */
  readonly state?: ModelSnapshot;
  readonly signal?: AbortSignal;
}

/**
 * Trains a transformer with AdamW on contexts in random order without repetition within an epoch. The last event is a
 * checkpoint, also when the signal stops it early (`done` is false then). Throws a `UserError` at the step whose loss or gradient is not finite.
 */
export async function* trainModel(options: TrainModelOptions): AsyncGenerator<TrainModelEvent> {
  const { training, config } = options;
  const trainer = createTrainer(options);
  const loadStep = createStepLoader(options, trainer);
  const steps = countTrainingSteps(training, config.contextLength);
  const checkpoint = (step: number): ModelCheckpointEvent => ({
    kind: "checkpoint",
    step,
    done: step === steps,
    model: trainer.model,
    snapshot: () => trainer.snapshot(step),
  });
  let step = options.state?.step ?? 0;
  for (; step < steps && !options.signal?.aborted; ) {
    const learningRate = learningRateAt(step, steps, training);
    loadStep(step);
    step++;
    trainer.update({ ...training, learningRate, maxNorm: training.clip, step });
    await checkFinite(trainer, options, step, steps);
    const due = (interval: number) => step % interval === 0 || step === steps;
    if (due(training.logEvery)) yield await reportStep(trainer, options, { step, steps, learningRate });
    if (due(training.validateEvery)) yield await reportValidation(trainer.model, options, step);
    if (due(training.checkpointEvery) && step < steps) yield checkpoint(step);
  }
  yield checkpoint(step);
}

function createTrainer({ kernels, config, training, seed, state }: TrainModelOptions): ModelTrainer {
  const parameters =
    state === undefined ? createParameters(kernels, config, seed) : uploadParameters(kernels, config, state.parameters);
  const trainer = new ModelTrainer(createTransformer(kernels, config, parameters), training.batch);
  if (state !== undefined) trainer.restore(state);
  return trainer;
}

/** A function that adds up the gradients of one step's contexts. */
function createStepLoader(options: TrainModelOptions, trainer: ModelTrainer): (step: number) => void {
  const { kernels, config, training, stream } = options;
  const { batch, accumulate } = training;
  const available = countContexts(stream, config.contextLength);
  if (available === 0) {
    throw new UserError(
      `the training text has ${stream.tokens.length} tokens, fewer than one context of ${config.contextLength} and the token after it; give more text or a shorter model.contextLength`,
    );
  }
  const sampler = createContextSampler({ count: available, seed: options.orderSeed ?? options.seed });
  const tokens = createTokenBatch(kernels, batch, config.contextLength);
  return (step) => {
    for (let pass = 0; pass < accumulate; pass++) {
      const first = (step * accumulate + pass) * batch;
      const contexts = Array.from({ length: batch }, (_, index) => sampler.contextAt(first + index));
      writeTokenBatch(kernels, tokens, stream, contexts);
      trainer.addGradients(tokens, 1 / accumulate);
    }
  };
}

function learningRateAt(step: number, steps: number, training: TrainingConfig): number {
  const warmupSteps = Math.round(training.warmupShare * steps);
  return warmupCosine(step, steps, warmupSteps, training.learningRate, training.minLearningRate);
}

/** The gradient's norm is not finite where any loss, activation or gradient of the step was not. */
async function checkFinite(
  trainer: ModelTrainer,
  { training }: TrainModelOptions,
  step: number,
  steps: number,
): Promise<void> {
  const norm = await trainer.readGradientNorm();
  if (Number.isFinite(norm)) return;
  throw new UserError(
    `training diverged: the gradient of step ${step} of ${steps} is not finite (its norm is ${norm}); lower the learning rate (it is ${training.learningRate})`,
  );
}

async function reportStep(
  trainer: ModelTrainer,
  { training, config }: TrainModelOptions,
  at: { readonly step: number; readonly steps: number; readonly learningRate: number },
): Promise<ModelStepEvent> {
  const loss = await trainer.takeLoss();
  const tokens = at.step * training.batch * training.accumulate * config.contextLength;
  return { kind: "step", ...at, loss, tokens, gradientNorm: await trainer.readGradientNorm() };
}

async function reportValidation(
  model: Transformer,
  { training, validation }: TrainModelOptions,
  step: number,
): Promise<ModelValidationEvent> {
  const { batch, validateContexts: contexts } = training;
  const { loss } = await measureValidation(model, validation, { batch, contexts });
  return { kind: "validation", step, loss };
}
