import { removeCheckpoints } from "../../store/checkpoints.ts";
import { hashArray } from "../../store/hash-array.ts";
import { openActivationSource } from "../activation-source.ts";
import { NEURONS } from "../dictionary-files.ts";
import { openDictionaryTrainer, openTrainingBatches } from "../dictionary-trainer.ts";
import type { RunEvent } from "../events.ts";
import type { Stage, StageContext } from "../stage.ts";
import { readRemovedDirection } from "../ultralow-subject.ts";

/** Learns the dictionary from streamed activations; its first checkpoint already gets feature pages. */
export const trainDictionaryStage: Stage = {
  name: "train-dictionary",
  needs: ["tokenize", "train-model", "harvest"],
  perDictionary: true,
  inputs: (context) => {
    const { dictionary, seed } = context.experiment;
    const removed = readRemovedDirection(context, dictionary);
    return { dictionary, seed, ...(removed === undefined ? {} : { removed: hashArray(removed) }) };
  },
  run: runTrainDictionary,
  tidy: ({ paths, dictionaryName }) => removeCheckpoints(paths.dictionary(dictionaryName).checkpoints),
};

async function* runTrainDictionary(context: StageContext, inputs: string): AsyncGenerator<RunEvent, readonly string[]> {
  const { experiment, dictionaryName: name } = context;
  if (name === NEURONS) return [];
  const source = openActivationSource(context, experiment.dictionary);
  const trainer = yield* openDictionaryTrainer({ context, name, config: experiment.dictionary, source, inputs });
  return yield* trainer.run(openTrainingBatches(source, trainer.config, experiment.seed, trainer.state.step));
}
