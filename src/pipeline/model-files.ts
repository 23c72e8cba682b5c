import type { Kernels } from "../kernels/kernels.ts";
import type { ModelConfig } from "../model/config.ts";
import { type ShapedArray, uploadParameters } from "../model/parameters.ts";
import { parseModelConfig, renderModelConfig } from "../model/parse-model-config.ts";
import type { ModelSnapshot } from "../model/trainer.ts";
import { createTransformer, type Transformer } from "../model/transformer.ts";
import { UserError } from "../numerics/user-error.ts";
import { type CheckpointPlace, resumeCheckpoint, saveCheckpoint } from "../store/checkpoints.ts";
import { readJson } from "../store/read-json.ts";
import type { RunPaths } from "../store/run-directory.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../store/safetensors.ts";
import { writeJson } from "../store/write-atomically.ts";

/** Writes a model as Hugging Face's GPT-2 files: `config.json` and `model.safetensors`. */
export function writeModel(paths: RunPaths, config: ModelConfig, parameters: ReadonlyMap<string, ShapedArray>): void {
  writeJson(paths.model.config, renderModelConfig(config));
  writeSafetensors(paths.model.weights, parameters, { format: "pt" });
}

/** The config of a run's model. */
export function readModelConfig(paths: RunPaths): ModelConfig {
  return parseModelConfig(readJson(paths.model.config, "train-model"), paths.model.config);
}

/** A run's model on the device. */
export function readModel(paths: RunPaths, kernels: Kernels): Transformer {
  const config = readModelConfig(paths);
  return createTransformer(kernels, config, uploadParameters(kernels, config, readParameters(paths)));
}

/** The parameters of a run's model by name. */
export function readParameters(paths: RunPaths): ReadonlyMap<string, ShapedArray> {
  return asArrays(readSafetensors(paths.model.weights).tensors);
}

/** Saves all that training needs to go on; refuses numbers that are not finite. */
export async function writeModelCheckpoint(paths: RunPaths, snapshot: ModelSnapshot, inputs: string): Promise<void> {
  const { step, unreported } = snapshot;
  const tensors = Object.entries({ "": snapshot.parameters, ...momentsOf(snapshot) }).flatMap(([kind, arrays]) =>
    Array.from(arrays, ([base, array]) => {
      const name = `${base}${kind}`;
      const { shape, data } = checkFinite(name, array, step);
      return { name, shape, dtype: "float32", read: () => [data] } as const;
    }),
  );
  const metadata = { unreportedNats: String(unreported.nats), unreportedTokens: String(unreported.tokens) };
  await saveCheckpoint(checkpointPlace(paths, inputs), { step, tensors, metadata });
}

/** The last whole checkpoint of the same training, its log cut back to it; undefined, and no log, where there is none. */
export function resumeModel(
  paths: RunPaths,
  inputs: string,
  warn: (sentence: string) => void,
): ModelSnapshot | undefined {
  const checkpoint = resumeCheckpoint(checkpointPlace(paths, inputs), warn);
  if (checkpoint === undefined) return undefined;
  const { step, metadata } = checkpoint;
  const arrays = [...asArrays(checkpoint.tensors)];
  const pick = (kind: string) =>
    new Map(
      arrays.flatMap(([name, array]) => {
        const [base = name, suffix = ""] = name.split("#");
        return suffix === kind ? [[base, array] as const] : [];
      }),
    );
  return {
    step,
    parameters: pick(""),
    moments1: pick("moment1"),
    moments2: pick("moment2"),
    unreported: { nats: Number(metadata.unreportedNats), tokens: Number(metadata.unreportedTokens) },
  };
}

function momentsOf({ moments1, moments2 }: ModelSnapshot): Record<string, ModelSnapshot["moments1"]> {
  return { "#moment1": moments1, "#moment2": moments2 };
}

function checkpointPlace({ model }: RunPaths, inputs: string): CheckpointPlace {
  return { folder: model.checkpoints, log: model.metrics, inputs };
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
