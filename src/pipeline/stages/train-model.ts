import { measureBaselines } from "../../model/baselines.ts";
import { checkModelConfig, type ModelConfig } from "../../model/config.ts";
import { addBitsPerByte, measureValidation } from "../../model/evaluate.ts";
import { countParameters } from "../../model/parameters.ts";
import { shuffleWeights } from "../../model/shuffle-weights.ts";
import { type ModelCheckpointEvent, type ModelStepEvent, trainModel } from "../../model/train.ts";
import type { ModelSnapshot } from "../../model/trainer.ts";
import { countTrainingSteps } from "../../model/training-config.ts";
import type { Transformer } from "../../model/transformer.ts";
import { demandSpace, removeCheckpoints } from "../../store/checkpoints.ts";
import { appendEvents } from "../../store/event-log.ts";
import { readJson } from "../../store/read-json.ts";
import { readTokenStream } from "../../store/token-file.ts";
import { writeJson } from "../../store/write-atomically.ts";
import { type TokenStream, tokenByteLengths } from "../../text/contexts.ts";
import { readTokenizer } from "../corpus-files.ts";
import type { RunEvent } from "../events.ts";
import {
  readModel,
  readModelConfig,
  readParameters,
  resumeModel,
  writeModel,
  writeModelCheckpoint,
} from "../model-files.ts";
import { openControlled } from "../open-controlled.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";

/** What is known of a trained model: `model/evaluation.json`, under the report's names. */
export interface ModelEvaluation {
  readonly parameters: number;
  readonly trainTokens: number;
  readonly validationTokens: number;
  readonly validationLoss: number;
  readonly bitsPerByte: number;
  readonly unigramLoss: number;
  readonly bigramLoss: number;
}

/** Trains the transformer and judges it on all held-out text. */
export const trainModelStage: Stage = {
  name: "train-model",
  needs: ["tokenize"],
  perDictionary: false,
  inputs: ({ experiment }) => ({ model: experiment.model, training: experiment.training, seed: experiment.seed }),
  run: runTrainModel,
  tidy: ({ paths }) => removeCheckpoints(paths.model.checkpoints),
};

async function* runTrainModel(context: StageContext, inputs: string): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, experiment, kernels, signal } = context;
  const { training } = experiment;
  if (training.control !== undefined) return yield* makeControl(context);
  const seed = training.seed ?? experiment.seed;
  const tokenizer = readTokenizer(paths);
  const config: ModelConfig = { ...experiment.model, vocabularySize: tokenizer.vocabularySize };
  checkModelConfig(config);
  const bytes = 4 * countParameters(config);
  demandSpace(paths.model.checkpoints, { checkpoint: 3 * bytes, result: bytes });
  const stream = readTokenStream(paths, "train", config.vocabularySize);
  const validation = readTokenStream(paths, "valid", config.vocabularySize);
  const state = yield* openState(context, inputs);
  let model: Transformer | undefined;
  for await (const event of trainModel({ kernels, config, training, stream, validation, seed, signal, ...state })) {
    if (event.kind === "checkpoint") {
      await saveCheckpoint(context, config, event, inputs);
      model = event.model;
    } else {
      appendEvents(paths.model.metrics, [{ ...event }]);
      if (event.kind === "step") yield renderStep(event);
    }
  }
  return yield* finish(context, model!);
}

/** The paper's random transformer: another run's weights, shuffled. */
async function* makeControl(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, experiment, kernels } = context;
  const controlled = openControlled(context);
  writeModel(paths, readModelConfig(controlled), shuffleWeights(readParameters(controlled), experiment.seed));
  return yield* finish(context, readModel(paths, kernels));
}

/** Judges the model that was written on all held-out text. */
async function* finish(context: StageContext, model: Transformer): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths } = context;
  const { vocabularySize } = model.config;
  const evaluation = await judgeModel(context, model, {
    stream: readTokenStream(paths, "train", vocabularySize),
    validation: readTokenStream(paths, "valid", vocabularySize),
    byteLengths: tokenByteLengths(readTokenizer(paths)),
  });
  writeJson(paths.model.evaluation, evaluation);
  yield { kind: "note", stage: "train-model", sentence: renderEvaluation(evaluation) };
  return [paths.model.config, paths.model.weights, paths.model.evaluation];
}

async function* openState(
  { paths }: StageContext,
  inputs: string,
): AsyncGenerator<RunEvent, { state?: ModelSnapshot }> {
  const warnings: string[] = [];
  const state = resumeModel(paths, inputs, (sentence) => warnings.push(sentence));
  for (const sentence of warnings) yield { kind: "warning", sentence };
  if (state === undefined) return {};
  yield { kind: "note", stage: "train-model", sentence: `goes on from the checkpoint of step ${state.step}` };
  return { state };
}

function renderStep({ step, steps, tokens, loss }: ModelStepEvent): RunEvent {
  const total = steps * (tokens / step);
  return { kind: "progress", stage: "train-model", done: tokens, total, unit: "tokens", figures: { loss } };
}

/** Saves the state; the last one is the model. Throws `Interrupted` where the run was asked to stop. */
async function saveCheckpoint(
  { paths, signal }: StageContext,
  config: ModelConfig,
  event: ModelCheckpointEvent,
  inputs: string,
): Promise<void> {
  const snapshot = await event.snapshot();
  await writeModelCheckpoint(paths, snapshot, inputs);
  if (event.done) writeModel(paths, config, snapshot.parameters);
  else if (signal.aborted)
    throw new Interrupted(`saved at step ${event.step} of the model; the same command goes on from there`);
}

async function judgeModel(
  { signal, experiment }: StageContext,
  model: Transformer,
  text: { readonly stream: TokenStream; readonly validation: TokenStream; readonly byteLengths: ArrayLike<number> },
): Promise<ModelEvaluation> {
  const { batch, accumulate } = experiment.training;
  const { contextLength, vocabularySize } = model.config;
  const measured = await measureValidation(model, text.validation, { batch, signal });
  const { loss, tokens, bitsPerByte } = addBitsPerByte(measured, text.validation, contextLength, text.byteLengths);
  return {
    parameters: countParameters(model.config),
    trainTokens: countTrainingSteps(experiment.training, contextLength) * batch * accumulate * contextLength,
    validationTokens: tokens,
    validationLoss: loss,
    bitsPerByte,
    ...measureBaselines(text.stream, text.validation, vocabularySize, tokens),
  };
}

/** Reads what `train-model` found. */
export function readModelEvaluation(path: string): ModelEvaluation {
  return readJson(path, "train-model") as unknown as ModelEvaluation;
}

function renderEvaluation({ validationLoss, bitsPerByte, unigramLoss, bigramLoss }: ModelEvaluation): string {
  return (
    `held-out loss ${validationLoss.toFixed(3)} nats per token (unigram ${unigramLoss.toFixed(3)}, bigram ${bigramLoss.toFixed(3)}), ` +
    `${bitsPerByte.toFixed(3)} bits per byte`
  );
}
