import { existsSync } from "node:fs";
import { autoencoderWeightNames } from "../autoencoder/autoencoder.ts";
import type { DictionaryConfig } from "../autoencoder/config.ts";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { type FoldedDictionary, foldWeights, uploadDictionary } from "../autoencoder/fold-weights.ts";
import { createNeuronDictionary } from "../autoencoder/neuron-dictionary.ts";
import { parseDictionary } from "../autoencoder/parse-dictionary.ts";
import { foldRemovedDirection, type RemovedDirection } from "../autoencoder/remove-direction.ts";
import {
  type DictionarySnapshot,
  listStateTensors,
  readScalars,
  type TrainingState,
} from "../autoencoder/training-state.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { type DictionaryMetrics, hasModelMetrics, type ReconstructionMetrics } from "../metrics/dictionary-metrics.ts";
import type { FeatureActivity } from "../metrics/feature-density.ts";
import { UserError } from "../numerics/user-error.ts";
import {
  type Checkpoint,
  type CheckpointPlace,
  readNewestCheckpoint,
  resumeCheckpoint,
  saveCheckpoint,
} from "../store/checkpoints.ts";
import { readJson } from "../store/read-json.ts";
import type { DictionaryPaths } from "../store/run-directory.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../store/safetensors.ts";
import { writeJson } from "../store/write-atomically.ts";

/** The dictionary that always exists: neurons treated as features. */
export const NEURONS = "neurons";

/** Writes a dictionary as it is after the snapshot's step, for raw activations and with decoder rows of norm 1. */
export function writeDictionary(
  paths: DictionaryPaths,
  snapshot: DictionarySnapshot,
  config: DictionaryConfig,
  removed?: RemovedDirection,
): void {
  const { step } = snapshot;
  keepDictionary(paths, foldSnapshot(snapshot, config, removed), { step, activations: step * config.batch });
}

/** Writes a folded dictionary and what it has learned from. */
export function keepDictionary(
  paths: DictionaryPaths,
  { weights, selection }: FoldedDictionary,
  learned: { readonly step: number; readonly activations: number },
): void {
  const metadata = Object.entries({ ...learned, ...selection }).map(([name, value]) => [name, String(value)]);
  writeSafetensors(paths.weights, new Map(Object.entries(weights)), Object.fromEntries(metadata));
}

/** The number of activation vectors a dictionary has learned from; 0 for neurons. */
export function readTrainedActivations(paths: DictionaryPaths): number {
  return existsSync(paths.weights) ? Number(readSafetensors(paths.weights).metadata.activations) : 0;
}

/**
 * The dictionary of a run by name, on the device; `width` is that of the site. Throws UserError where the file holds no
 * dictionary of that width: transposed or swapped matrices, numbers that are not finite, decoder rows not of norm 1.
 */
export function readDictionary(paths: DictionaryPaths, name: string, kernels: Kernels, width: number): Dictionary {
  if (name === NEURONS) return createNeuronDictionary(kernels, width);
  return uploadDictionary(kernels, parseDictionary(readSafetensors(paths.weights), paths.weights, width));
}

/** The weights of a dictionary that was learned, whatever their width; a `UserError` where the file holds none. */
export function readFoldedDictionary(paths: DictionaryPaths): FoldedDictionary {
  const file = readSafetensors(paths.weights);
  return parseDictionary(file, paths.weights, file.tensors.get("encoder")?.shape[1] ?? 0);
}

/** A dictionary as it is at a checkpoint. */
export function createSnapshotDictionary(
  kernels: Kernels,
  snapshot: DictionarySnapshot,
  config: DictionaryConfig,
  removed?: RemovedDirection,
): Dictionary {
  return uploadDictionary(kernels, foldSnapshot(snapshot, config, removed));
}

function foldSnapshot(
  snapshot: DictionarySnapshot,
  config: DictionaryConfig,
  removed: RemovedDirection | undefined,
): FoldedDictionary {
  const folded = foldWeights(snapshot, config);
  return removed === undefined ? folded : foldRemovedDirection(folded, removed);
}

/** Saves all that training needs to go on. */
export async function writeDictionaryCheckpoint(
  paths: DictionaryPaths,
  kernels: Kernels,
  state: TrainingState,
  inputs: string,
): Promise<void> {
  const metadata = { state: JSON.stringify(readScalars(state)) };
  const tensors = listStateTensors(kernels, state);
  await saveCheckpoint(checkpointPlace(paths, inputs), { step: state.step, tensors, metadata });
}

/** The last whole checkpoint of the same training, its log cut back to it; undefined, and no log, where there is none. */
export function resumeDictionary(
  paths: DictionaryPaths,
  inputs: string,
  warn: (sentence: string) => void,
): DictionarySnapshot | undefined {
  const checkpoint = resumeCheckpoint(checkpointPlace(paths, inputs), warn);
  if (checkpoint === undefined) return undefined;
  return parseCheckpoint(checkpoint);
}

/** The weights at the newest whole checkpoint of a training that may go on meanwhile; a `UserError` where there is none. */
export function readLastCheckpoint(paths: DictionaryPaths, inputs: string): DictionarySnapshot {
  return readNewestCheckpoint(checkpointPlace(paths, inputs), (checkpoint) => {
    const { tensors, ...scalars } = parseCheckpoint(checkpoint);
    const read = (name: string) => {
      const { shape, data } = tensors.get(name)!;
      return { shape, data };
    };
    return { ...scalars, tensors: new Map(autoencoderWeightNames.map((name) => [name, read(name)] as const)) };
  });
}

function parseCheckpoint({ metadata, tensors }: Checkpoint): DictionarySnapshot {
  const scalars = JSON.parse(metadata.state!) as Omit<DictionarySnapshot, "tensors">;
  return { ...scalars, tensors: tensors as DictionarySnapshot["tensors"] };
}

/** Keeps a dictionary's metrics and each feature's activity. */
export function writeEvaluation(
  paths: DictionaryPaths,
  metrics: ReconstructionMetrics,
  activity: FeatureActivity,
): void {
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

/** Whether a dictionary was learned and judged. */
export function isJudged({ weights, densities }: DictionaryPaths): boolean {
  return existsSync(weights) && existsSync(densities);
}

/** How often each feature of a dictionary fired when it was judged; undefined where it was not. */
export function readActivity(paths: DictionaryPaths): FeatureActivity | undefined {
  if (!existsSync(paths.densities)) return undefined;
  const { tensors, metadata } = readSafetensors(paths.densities);
  return {
    tokens: Number(metadata.tokens),
    counts: tensors.get("counts")!.data as Int32Array,
    maxima: tensors.get("maxima")!.data as Float32Array,
  };
}

/** A dictionary's metrics; a `UserError` where it was judged without a model. */
export function readMetrics(paths: DictionaryPaths): DictionaryMetrics {
  const metrics = readAllMetrics(paths);
  if (hasModelMetrics(metrics)) return metrics;
  throw new UserError(`${paths.metrics} was measured on activations alone: loss recovered needs their model`);
}

/** A dictionary's metrics, those that need a model only where there is one. */
export function readAllMetrics(paths: DictionaryPaths): ReconstructionMetrics | DictionaryMetrics {
  return readJson(paths.metrics, "evaluate") as unknown as ReconstructionMetrics | DictionaryMetrics;
}

function checkpointPlace({ checkpoints, metricsLog }: DictionaryPaths, inputs: string): CheckpointPlace {
  return { folder: checkpoints, log: metricsLog, inputs };
}
