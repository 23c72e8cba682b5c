import { rmSync } from "node:fs";
import { activationBatches } from "../../activations/activation-batches.ts";
import { countDistinctRows } from "../../activations/harvest.ts";
import type { DictionaryConfig } from "../../autoencoder/config.ts";
import { initialiseAutoencoder } from "../../autoencoder/initialise.ts";
import {
  countTrainingSteps,
  type DictionaryCheckpointEvent,
  type DictionaryResampleEvent,
  type DictionaryStepEvent,
  trainDictionary,
} from "../../autoencoder/train.ts";
import {
  createTrainingState,
  type DictionarySnapshot,
  restoreTrainingState,
  type TrainingState,
} from "../../autoencoder/training-state.ts";
import type { Tensor } from "../../kernels/kernels.ts";
import { parseSite } from "../../model/sites.ts";
import type { Transformer } from "../../model/transformer.ts";
import { hashPath } from "../../numerics/random.ts";
import { UserError } from "../../numerics/user-error.ts";
import { appendEvents, type LogLine, truncateEvents } from "../../store/event-log.ts";
import type { DictionaryPaths } from "../../store/run-directory.ts";
import { readTokenStream } from "../../store/token-file.ts";
import type { TokenStream } from "../../text/contexts.ts";
import { readActivationStatistics } from "../activation-files.ts";
import {
  createSnapshotDictionary,
  NEURONS,
  readDictionaryCheckpoint,
  writeDictionary,
  writeDictionaryCheckpoint,
} from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { buildFeaturePack } from "../feature-pack-builder.ts";
import { readModel } from "../model-files.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";
import { HARVEST_CONTEXTS } from "./harvest.ts";

/** Learns the dictionary from streamed activations; its first checkpoint already gets feature pages. */
export const trainDictionaryStage: Stage = {
  name: "train-dictionary",
  needs: ["tokenize", "train-model", "harvest"],
  perDictionary: true,
  inputs: ({ experiment }) => ({ dictionary: experiment.dictionary, seed: experiment.seed }),
  run: runTrainDictionary,
};

interface Training {
  readonly context: StageContext;
  readonly config: DictionaryConfig;
  readonly paths: DictionaryPaths;
  readonly model: Transformer;
  readonly stream: TokenStream;
  readonly inputs: string;
}

async function* runTrainDictionary(context: StageContext, inputs: string): AsyncGenerator<RunEvent, readonly string[]> {
  const { kernels, experiment, dictionaryName, signal } = context;
  if (dictionaryName === NEURONS) return [];
  const paths = context.paths.dictionary(dictionaryName);
  const model = readModel(context.paths, kernels);
  const stream = readTokenStream(context.paths, "train", model.config.vocabularySize);
  const config = yield* fitToText(
    experiment.dictionary,
    countDistinctRows(stream, model.config.contextLength, experiment.dictionary.tokensPerContext),
  );
  const training: Training = { context, config, paths, model, stream, inputs };
  const state = yield* openState(training);
  let looked = state.step > 0 || experiment.features.partialTokens === 0;
  const events = trainDictionary({
    kernels,
    config,
    state,
    batches: openBatches(training, state.step),
    resamplingInputs: (step) => openResamplingInputs(training, step),
    signal,
  });
  for await (const event of events) {
    if (event.kind !== "checkpoint") {
      appendEvents(paths.metricsLog, [summarise(event)]);
      yield renderEvent(event, config);
      continue;
    }
    const snapshot = await saveCheckpoint(training, event);
    if (!looked) yield* lookAtCheckpoint(training, snapshot);
    looked = true;
  }
  rmSync(paths.checkpoint, { force: true });
  return [paths.weights];
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

/** Saves the state; the last one is the dictionary. Throws `Interrupted` where the run was asked to stop. */
async function saveCheckpoint(training: Training, event: DictionaryCheckpointEvent): Promise<DictionarySnapshot> {
  const { context, config, paths, inputs } = training;
  const snapshot = await event.snapshot();
  writeDictionaryCheckpoint(paths, snapshot, inputs);
  if (event.step === countTrainingSteps(config)) writeDictionary(paths, snapshot, event.step * config.batch);
  else if (context.signal.aborted)
    throw new Interrupted(`saved at step ${event.step} of the dictionary; the same command goes on from there`);
  return snapshot;
}

/** Builds feature pages of the dictionary as it is now, from little text, so that there is something to see early. */
function lookAtCheckpoint(
  { context, model }: Training,
  snapshot: DictionarySnapshot,
): AsyncGenerator<RunEvent, unknown> {
  const dictionary = createSnapshotDictionary(context.kernels, snapshot);
  return buildFeaturePack(context, {
    model,
    dictionary,
    tokens: context.experiment.features.partialTokens,
    partial: true,
  });
}

async function* openState({
  context,
  config,
  paths,
  model,
  inputs,
}: Training): AsyncGenerator<RunEvent, TrainingState> {
  const { kernels } = context;
  const checkpoint = readDictionaryCheckpoint(paths, inputs);
  if (checkpoint !== undefined) {
    truncateEvents(paths.metricsLog, checkpoint.step);
    yield {
      kind: "note",
      stage: "train-dictionary",
      sentence: `goes on from the checkpoint of step ${checkpoint.step}`,
    };
    return restoreTrainingState(kernels, checkpoint);
  }
  rmSync(paths.metricsLog, { force: true });
  const { width } = parseSite(config.site, model.config);
  const decoderBias = chooseDecoderBias(context, config, width);
  return createTrainingState(kernels, initialiseAutoencoder(kernels, { ...config, width }, decoderBias));
}

function chooseDecoderBias(
  { paths }: StageContext,
  { decoderBias, site }: DictionaryConfig,
  width: number,
): Float32Array {
  if (decoderBias === "zeros") return new Float32Array(width);
  const { mean, geometricMedian } = readActivationStatistics(paths, site);
  return decoderBias === "mean" ? mean : geometricMedian;
}

function openBatches(training: Training, firstBatch: number): AsyncGenerator<Tensor> {
  const { config, model, stream, context } = training;
  return activationBatches(model, stream, {
    ...batchOptions(config),
    seed: context.experiment.seed,
    rows: config.activations,
    firstBatch,
  });
}

/** A random subset of all activations, another after each step (paper, neuron resampling, step 2). */
function openResamplingInputs({ config, model, stream, context }: Training, step: number): AsyncGenerator<Tensor> {
  const seed = hashPath(context.experiment.seed, ["resampling inputs", step]);
  return activationBatches(model, stream, { ...batchOptions(config), seed });
}

function batchOptions({ site, tokensPerContext, batch, bufferRows }: DictionaryConfig) {
  return { site, tokensPerContext, batch, capacity: bufferRows, contexts: HARVEST_CONTEXTS };
}

/** Activations are not repeated: where the text holds fewer than were asked for, the dictionary learns from all there are. */
function* fitToText(config: DictionaryConfig, rows: number): Generator<RunEvent, DictionaryConfig> {
  if (config.activations <= rows) return config;
  if (rows < config.batch)
    throw new UserError(
      `the training text gives ${rows} activation vectors, fewer than one batch of ${config.batch}: give more text`,
    );
  const sentence = `the text gives ${rows} activation vectors without repetition: the dictionary learns from these instead of ${config.activations}`;
  yield { kind: "note", stage: "train-dictionary", sentence };
  return { ...config, activations: rows };
}

/** The event as a line of the log: numbers only. */
function summarise(event: DictionaryStepEvent | DictionaryResampleEvent): LogLine {
  return event.kind === "resample" ? { ...event, features: event.features.length } : { ...event };
}
