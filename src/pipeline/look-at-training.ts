import { removeDirection } from "../autoencoder/remove-direction.ts";
import { hasCheckpoints } from "../store/checkpoints.ts";
import { lockRunDirectory } from "../store/lock.ts";
import type { RunPaths } from "../store/run-directory.ts";
import { readStageRecord } from "../store/stage-record.ts";
import { readActivationStatistics } from "./activation-files.ts";
import { createSnapshotDictionary, NEURONS, readLastCheckpoint } from "./dictionary-files.ts";
import type { RunEvent } from "./events.ts";
import { buildFeaturePack } from "./feature-pack-builder.ts";
import { readModel } from "./model-files.ts";
import type { StageContext } from "./stage.ts";
import { readRemovedDirection } from "./ultralow-subject.ts";

/** Whether a dictionary is still learning, or was stopped, and has a checkpoint to look at. */
export function isInTraining(paths: RunPaths, name: string): boolean {
  return name !== NEURONS && !isTrained(paths, name) && hasCheckpoints(paths.dictionary(name).checkpoints);
}

/**
 * Feature pages of the dictionary's last checkpoint, whichever it is; `inputs` is the hash that its training keeps checkpoints
 * under. The run's own lock is left to the training, which may go on meanwhile: a lock of the dictionary's lets one look be taken
 * at a time, and a look never takes the place of the finished pages.
 */
export async function* lookAtTraining(context: StageContext, inputs: string): AsyncGenerator<RunEvent> {
  const { paths, experiment, kernels, dictionaryName: name } = context;
  const { partialTokens, tokens } = experiment.features;
  const release = lockRunDirectory(paths.dictionary(name).folder);
  try {
    const checkpoint = readLastCheckpoint(paths.dictionary(name), inputs);
    const { dictionary: config } = experiment;
    const direction = readRemovedDirection(context, config);
    const removed = direction && removeDirection(direction, readActivationStatistics(paths, config.site).mean);
    const sentence = `a first look at the checkpoint of step ${checkpoint.step}; the same command looks at a later one`;
    yield { kind: "note", stage: "features", sentence };
    yield* buildFeaturePack(context, {
      model: readModel(paths, kernels),
      dictionary: createSnapshotDictionary(kernels, checkpoint, config, removed),
      tokens: partialTokens > 0 ? partialTokens : tokens,
      partial: true,
      stage: "features",
      isWanted: () => !isTrained(paths, name),
    });
  } finally {
    release();
  }
}

function isTrained({ root }: RunPaths, name: string): boolean {
  return readStageRecord(root, `train-dictionary-${name}`) !== undefined;
}
