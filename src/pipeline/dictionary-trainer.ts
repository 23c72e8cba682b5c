import { existsSync } from "node:fs";
import type { DictionaryConfig } from "../autoencoder/config.ts";
import type { ActivationBatches } from "../autoencoder/draw-inputs.ts";
import { createInitialState } from "../autoencoder/initialise.ts";
import {
  projectBatches,
  projectVector,
  type RemovedDirection,
  removeDirection,
} from "../autoencoder/remove-direction.ts";
import { countTrainingSteps, trainDictionary } from "../autoencoder/train.ts";
import type { DictionaryResampleEvent, DictionaryStepEvent } from "../autoencoder/training-events.ts";
import {
  type DictionarySnapshot,
  restoreTrainingState,
  snapshotWeights,
  type TrainingState,
} from "../autoencoder/training-state.ts";
import { hashPath } from "../numerics/random.ts";
import { UserError } from "../numerics/user-error.ts";
import { demandSpace } from "../store/checkpoints.ts";
import { appendEvents, type LogLine } from "../store/event-log.ts";
import type { DictionaryPaths } from "../store/run-directory.ts";
import type { ActivationSource } from "./activation-source.ts";
import {
  createSnapshotDictionary,
  resumeDictionary,
  writeDictionary,
  writeDictionaryCheckpoint,
} from "./dictionary-files.ts";
import type { RunEvent } from "./events.ts";
import { buildFeaturePack } from "./feature-pack-builder.ts";
import { Interrupted, type StageContext } from "./stage.ts";
import { readRemovedDirection } from "./ultralow-subject.ts";
import { createWatcher } from "./watch-dictionary.ts";

/** One dictionary of a run while it learns. */
export interface DictionaryTrainer {
  readonly name: string;
  /** As asked for, with as many activations as the source has. */
  readonly config: DictionaryConfig;
  readonly steps: number;
  readonly state: TrainingState;
  /** Trains on batches that begin at step `state.step`: log, checkpoints, a first look and at the end the weights. Returns the files written. */
  run(batches: ActivationBatches): AsyncGenerator<RunEvent, readonly string[]>;
}

/** Which dictionary is trained, how, on what; `inputs` is the hash under which its checkpoints are kept. */
export interface OpenDictionaryTrainerOptions {
  readonly context: StageContext;
  readonly name: string;
  readonly config: DictionaryConfig;
  readonly source: ActivationSource;
  readonly inputs: string;
}

const RESAMPLING_BATCHES = 16;

interface Training extends OpenDictionaryTrainerOptions {
  readonly paths: DictionaryPaths;
  readonly removed: RemovedDirection | undefined;
}

/** Begins a dictionary, or takes it up at its last checkpoint. */
export async function* openDictionaryTrainer(
  options: OpenDictionaryTrainerOptions,
): AsyncGenerator<RunEvent, DictionaryTrainer> {
  const { name, source } = options;
  const context: StageContext = { ...options.context, dictionaryName: name };
  const config = yield* fitToSource(options.config, source);
  const direction = readRemovedDirection(context, config);
  const removed = direction && removeDirection(direction, source.statistics.mean);
  const training: Training = { ...options, context, config, paths: context.paths.dictionary(name), removed };
  const bytes = 4 * config.features * (2 * source.width + 1);
  demandSpace(training.paths.checkpoints, { checkpoint: 3 * bytes, result: bytes });
  const state = yield* openState(training);
  return {
    name,
    config,
    steps: countTrainingSteps(config),
    state,
    run: (batches) => runTraining(training, state, batches),
  };
}

/** The batches that a dictionary of this configuration learns from. */
export function openTrainingBatches(
  source: ActivationSource,
  config: DictionaryConfig,
  seed: number,
  firstBatch: number,
): ActivationBatches {
  const { batch, bufferRows, activations: rows, epochs } = config;
  return source.batches({ batch, bufferRows, seed, rows, epochs, firstBatch });
}

async function* runTraining(
  training: Training,
  state: TrainingState,
  batches: ActivationBatches,
): AsyncGenerator<RunEvent, readonly string[]> {
  const { context, config, paths, source, removed } = training;
  const { kernels, experiment, signal } = context;
  const project = (of: ActivationBatches) => (removed === undefined ? of : projectBatches(kernels, of, removed));
  let looked = source.model === undefined || experiment.features.partialTokens === 0 || existsSync(paths.pack);
  const watcher = createWatcher({ context, paths, source, config, removed, step: state.step });
  const resamplingInputs = (step: number) => project(openResamplingInputs(training, step));
  const learning = trainDictionary({ kernels, config, state, batches: project(batches), resamplingInputs, signal });
  for await (const event of learning) {
    if (event.kind === "density") {
      appendEvents(paths.metricsLog, [await watcher.look(event, state)]);
      continue;
    }
    if (event.kind === "step") watcher.note(event);
    if (event.kind !== "checkpoint") {
      appendEvents(paths.metricsLog, [summarise(event)]);
      yield renderEvent(event, config);
      continue;
    }
    await saveCheckpoint(training, state);
    if (!looked) yield* lookAtCheckpoint(training, await snapshotWeights(kernels, state));
    looked = true;
  }
  // After the batches have ended and their buffer is free: this takes copies of the weights.
  writeDictionary(paths, await snapshotWeights(kernels, state), config, removed);
  return [paths.weights];
}

/** A random subset of all activations, another after each step (paper, neuron resampling, step 2). */
function openResamplingInputs({ config, source, context }: Training, step: number): ActivationBatches {
  const seed = hashPath(context.experiment.seed, ["resampling inputs", step]);
  // Their order plays no part, so that a second large buffer would be for nothing.
  const bufferRows = Math.min(config.bufferRows, RESAMPLING_BATCHES * config.batch);
  return source.batches({ batch: config.batch, bufferRows, seed });
}

function renderEvent(event: DictionaryStepEvent | DictionaryResampleEvent, config: DictionaryConfig): RunEvent {
  const stage = "train-dictionary";
  if (event.kind === "resample")
    return {
      kind: "note",
      stage,
      sentence: `${event.features.length} dead features re-initialised at step ${event.step}`,
    };
  const figures = { loss: event.loss, L0: event.l0 };
  return { kind: "progress", stage, done: event.vectors, total: config.activations, unit: "vectors", figures };
}

/** Saves the state. Throws `Interrupted` where the run was asked to stop. */
async function saveCheckpoint({ context, config, paths, inputs }: Training, state: TrainingState): Promise<void> {
  const { kernels, signal } = context;
  await writeDictionaryCheckpoint(paths, kernels, state, inputs);
  if (signal.aborted && state.step < countTrainingSteps(config))
    throw new Interrupted(`saved at step ${state.step} of the dictionary; the same command goes on from there`);
}

/** Builds feature pages of the dictionary as it is now, from little text, so that there is something to see early. */
function lookAtCheckpoint(
  { context, config, source, removed }: Training,
  snapshot: DictionarySnapshot,
): AsyncGenerator<RunEvent, unknown> {
  const dictionary = createSnapshotDictionary(context.kernels, snapshot, config, removed);
  const tokens = context.experiment.features.partialTokens;
  return buildFeaturePack(context, { model: source.model!, dictionary, tokens, partial: true });
}

async function* openState(training: Training): AsyncGenerator<RunEvent, TrainingState> {
  const { context, config, paths, source, inputs, removed } = training;
  const { kernels } = context;
  const warnings: string[] = [];
  const checkpoint = resumeDictionary(paths, inputs, (sentence) => warnings.push(sentence));
  for (const sentence of warnings) yield { kind: "warning", sentence };
  if (checkpoint !== undefined) {
    const sentence = `goes on from the checkpoint of step ${checkpoint.step}`;
    yield { kind: "note", stage: "train-dictionary", sentence };
    return restoreTrainingState(kernels, checkpoint);
  }
  const { mean, geometricMedian, meanNorm } = source.statistics;
  const project = (centre: Float32Array) => (removed === undefined ? centre : projectVector(centre, removed));
  return createInitialState(kernels, config, {
    mean: project(mean),
    geometricMedian: project(geometricMedian),
    meanNorm,
  });
}

/** Activations are not repeated unasked: where the source holds fewer, the dictionary learns from all there are. */
function* fitToSource(
  config: DictionaryConfig,
  { rows, origin }: ActivationSource,
): Generator<RunEvent, DictionaryConfig> {
  if (config.activations <= rows * config.epochs) return config;
  if (rows < config.batch)
    throw new UserError(`${origin} ${rows} activation vectors, fewer than one batch of ${config.batch}: give more`);
  const sentence = `${origin} ${rows} activation vectors without repetition: the dictionary learns from these instead of ${config.activations}`;
  yield { kind: "note", stage: "train-dictionary", sentence };
  return { ...config, activations: rows * config.epochs };
}

/** The event as a line of the log: numbers only. */
function summarise(event: DictionaryStepEvent | DictionaryResampleEvent): LogLine {
  return event.kind === "resample" ? { ...event, features: event.features.length } : { ...event };
}
