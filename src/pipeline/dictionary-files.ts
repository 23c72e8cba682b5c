import { existsSync } from "node:fs";
import { autoencoderWeightNames, createAutoencoder } from "../autoencoder/autoencoder.ts";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createNeuronDictionary } from "../autoencoder/neuron-dictionary.ts";
import type { DictionarySnapshot } from "../autoencoder/training-state.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import type { DictionaryMetrics } from "../metrics/dictionary-metrics.ts";
import type { FeatureActivity } from "../metrics/feature-density.ts";
import { type CheckpointPlace, resumeCheckpoint, saveCheckpoint } from "../store/checkpoints.ts";
import { readJson } from "../store/read-json.ts";
import type { DictionaryPaths } from "../store/run-directory.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../store/safetensors.ts";
import { writeJson } from "../store/write-atomically.ts";

/** The dictionary that always exists: neurons treated as features. */
export const NEURONS = "neurons";

/** Writes a dictionary trained on `activations` vectors: encoder and decoder [features, width], their biases. */
export function writeDictionary(paths: DictionaryPaths, snapshot: DictionarySnapshot, activations: number): void {
  const weights = autoencoderWeightNames.map((name) => [name, snapshot.tensors.get(name)!] as const);
  writeSafetensors(paths.weights, new Map(weights), {
    step: String(snapshot.step),
    activations: String(activations),
  });
}

/** The number of activation vectors a dictionary has learned from; 0 for neurons. */
export function readTrainedActivations(paths: DictionaryPaths): number {
  return existsSync(paths.weights) ? Number(readSafetensors(paths.weights).metadata.activations) : 0;
}

/** The dictionary of a run by name, on the device; `width` is that of the site. */
export function readDictionary(paths: DictionaryPaths, name: string, kernels: Kernels, width: number): Dictionary {
  if (name === NEURONS) return createNeuronDictionary(kernels, width);
  const { tensors } = readSafetensors(paths.weights);
  return createAutoencoder(kernels, uploadWeights(kernels, tensors));
}

/** A dictionary as it is at a checkpoint. */
export function createSnapshotDictionary(kernels: Kernels, snapshot: DictionarySnapshot): Dictionary {
  return createAutoencoder(kernels, uploadWeights(kernels, snapshot.tensors));
}

/** Saves all that training needs to go on. */
export function writeDictionaryCheckpoint(paths: DictionaryPaths, snapshot: DictionarySnapshot, inputs: string): void {
  const { tensors, ...scalars } = snapshot;
  const metadata = { state: JSON.stringify(scalars) };
  saveCheckpoint(checkpointPlace(paths, inputs), { step: snapshot.step, tensors, metadata });
}

/** The last whole checkpoint of the same training, its log cut back to it; undefined, and no log, where there is none. */
export function resumeDictionary(
  paths: DictionaryPaths,
  inputs: string,
  warn: (sentence: string) => void,
): DictionarySnapshot | undefined {
  const checkpoint = resumeCheckpoint(checkpointPlace(paths, inputs), warn);
  if (checkpoint === undefined) return undefined;
  const scalars = JSON.parse(checkpoint.metadata.state!) as Omit<DictionarySnapshot, "tensors">;
  return { ...scalars, tensors: checkpoint.tensors as DictionarySnapshot["tensors"] };
}

/** Keeps a dictionary's metrics and each feature's activity. */
export function writeEvaluation(paths: DictionaryPaths, metrics: DictionaryMetrics, activity: FeatureActivity): void {
  writeJson(paths.metrics, metrics);
  const shape = [metrics.features];
  writeSafetensors(
    paths.densities,
    new Map<string, StoredTensor>([
      ["counts", { shape, data: activity.counts }],
      ["maxima", { shape, data: activity.maxima }],
    ]),
    { tokens: String(activity.tokens) },
  );
}

/** A dictionary's metrics. */
export function readMetrics(paths: DictionaryPaths): DictionaryMetrics {
  return readJson(paths.metrics, "evaluate") as unknown as DictionaryMetrics;
}

function checkpointPlace({ checkpoints, metricsLog }: DictionaryPaths, inputs: string): CheckpointPlace {
  return { folder: checkpoints, log: metricsLog, inputs };
}

function uploadWeights(
  kernels: Kernels,
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: StoredTensor["data"] }>,
): Record<(typeof autoencoderWeightNames)[number], Tensor> {
  const upload = (name: string) => {
    const { shape, data } = tensors.get(name)!;
    return kernels.upload(data as Float32Array, shape);
  };
  return {
    encoder: upload("encoder"),
    encoderBias: upload("encoderBias"),
    decoder: upload("decoder"),
    decoderBias: upload("decoderBias"),
  };
}
