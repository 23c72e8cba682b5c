import { existsSync } from "node:fs";
import type { Kernels } from "../kernels/kernels.ts";
import { type ModelConfig, modelConfigSchema } from "../model/config.ts";
import { type ShapedArray, uploadParameters } from "../model/parameters.ts";
import type { ModelSnapshot } from "../model/trainer.ts";
import { createTransformer, type Transformer } from "../model/transformer.ts";
import { UserError } from "../numerics/user-error.ts";
import { readJson } from "../store/read-json.ts";
import type { RunPaths } from "../store/run-directory.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../store/safetensors.ts";
import { writeJson } from "../store/write-atomically.ts";

const ACTIVATION_NAMES = { relu: "relu", gelu: "gelu", gelu_new: "gelu_new" } as const;

/** Writes a model as Hugging Face's GPT-2 files: `config.json` and `model.safetensors`. */
export function writeModel(paths: RunPaths, config: ModelConfig, parameters: ReadonlyMap<string, ShapedArray>): void {
  writeJson(paths.model.config, {
    architectures: ["GPT2LMHeadModel"],
    model_type: "gpt2",
    vocab_size: config.vocabularySize,
    n_positions: config.contextLength,
    n_embd: config.dModel,
    n_layer: config.layers,
    n_head: config.heads,
    n_inner: config.dMlp,
    activation_function: ACTIVATION_NAMES[config.activation],
    layer_norm_epsilon: config.layerNormEpsilon,
    tie_word_embeddings: config.tiedEmbeddings,
    torch_dtype: "float32",
  });
  writeSafetensors(paths.model.weights, parameters, { format: "pt" });
}

/** The config of a run's model. */
export function readModelConfig(paths: RunPaths): ModelConfig {
  const stored = readJson(paths.model.config, "train-model");
  const result = modelConfigSchema.safeParse({
    layers: stored.n_layer,
    dModel: stored.n_embd,
    heads: stored.n_head,
    dMlp: stored.n_inner,
    activation: stored.activation_function,
    contextLength: stored.n_positions,
    tiedEmbeddings: stored.tie_word_embeddings,
    layerNormEpsilon: stored.layer_norm_epsilon,
    vocabularySize: stored.vocab_size,
  });
  if (!result.success) throw new UserError(`${paths.model.config} is damaged: ${result.error.issues[0]?.message}`);
  return result.data;
}

/** A run's model on the device. */
export function readModel(paths: RunPaths, kernels: Kernels): Transformer {
  const config = readModelConfig(paths);
  const { tensors } = readSafetensors(paths.model.weights);
  return createTransformer(kernels, config, uploadParameters(kernels, config, asArrays(tensors)));
}

/** Saves all that training needs to go on; refuses numbers that are not finite. */
export function writeModelCheckpoint(paths: RunPaths, snapshot: ModelSnapshot, inputs: string): void {
  const tensors = new Map<string, ShapedArray>();
  for (const [name, array] of snapshot.parameters) tensors.set(name, checkFinite(name, array, snapshot.step));
  for (const [name, array] of snapshot.moments1) tensors.set(`${name}#moment1`, array);
  for (const [name, array] of snapshot.moments2) tensors.set(`${name}#moment2`, array);
  const { nats, tokens: unreportedTokens } = snapshot.unreported;
  writeSafetensors(paths.model.checkpoint, tensors, {
    inputs,
    step: String(snapshot.step),
    unreportedNats: String(nats),
    unreportedTokens: String(unreportedTokens),
  });
}

/** The last checkpoint of the same training, if there is one. */
export function readModelCheckpoint(paths: RunPaths, inputs: string): ModelSnapshot | undefined {
  if (!existsSync(paths.model.checkpoint)) return undefined;
  const { tensors, metadata } = readSafetensors(paths.model.checkpoint);
  if (metadata.inputs !== inputs) return undefined;
  const arrays = asArrays(tensors);
  const pick = (suffix: string) =>
    new Map(
      [...arrays].flatMap(([name, array]) => {
        const [base = name, kind = ""] = name.split("#");
        return kind === suffix ? [[base, array] as const] : [];
      }),
    );
  return {
    step: Number(metadata.step),
    parameters: pick(""),
    moments1: pick("moment1"),
    moments2: pick("moment2"),
    unreported: { nats: Number(metadata.unreportedNats), tokens: Number(metadata.unreportedTokens) },
  };
}

function asArrays(tensors: ReadonlyMap<string, StoredTensor>): Map<string, ShapedArray> {
  return new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, data: data as Float32Array }]));
}

function checkFinite(name: string, array: ShapedArray, step: number): ShapedArray {
  if (array.data.every(Number.isFinite)) return array;
  throw new UserError(
    `the model's ${name} holds a number that is not finite after step ${step}: training diverged and this state was not saved; lower training.learningRate and run again`,
  );
}
