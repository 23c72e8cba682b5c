import { parseSite } from "../../model/sites.ts";
import { PACK_FORMAT_VERSION } from "../../store/feature-pack.ts";
import { removeScratchFolder } from "../../store/scratch-folder.ts";
import { readDictionary } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { buildFeaturePack } from "../feature-pack-builder.ts";
import { readModel } from "../model-files.ts";
import type { Stage, StageContext } from "../stage.ts";

/** Builds the pages of every feature. */
export const featuresStage: Stage = {
  name: "features",
  needs: ["tokenize", "train-model", "train-dictionary"],
  perDictionary: true,
  inputs: ({ experiment }) => ({
    packFormat: PACK_FORMAT_VERSION,
    tokens: experiment.features.tokens,
    site: experiment.dictionary.site,
    seed: experiment.seed,
  }),
  run: runFeatures,
  tidy: ({ paths, dictionaryName }) => removeScratchFolder(paths.dictionary(dictionaryName).packScratch),
};

async function* runFeatures(context: StageContext, inputs: string): AsyncGenerator<RunEvent, readonly string[]> {
  const { kernels, experiment, dictionaryName } = context;
  const model = readModel(context.paths, kernels);
  const { width } = parseSite(experiment.dictionary.site, model.config);
  const dictionary = readDictionary(context.paths.dictionary(dictionaryName), dictionaryName, kernels, width);
  return yield* buildFeaturePack(context, {
    model,
    dictionary,
    tokens: experiment.features.tokens,
    partial: false,
    inputs,
  });
}
