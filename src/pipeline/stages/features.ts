import { parseSite } from "../../model/sites.ts";
import { PACK_FORMAT_VERSION } from "../../store/feature-pack.ts";
import { removeScratchFolder } from "../../store/scratch-folder.ts";
import { NEURONS, readDictionary } from "../dictionary-files.ts";
import type { RunEvent, StageName } from "../events.ts";
import { buildFeaturePack } from "../feature-pack-builder.ts";
import { readModel } from "../model-files.ts";
import type { Stage, StageContext } from "../stage.ts";

/** Builds the pages of every feature of a dictionary that was learned. */
export const featuresStage: Stage = {
  name: "features",
  needs: ["tokenize", "train-model", "train-dictionary"],
  perDictionary: true,
  inputs: describeInputs,
  run: (context, inputs) => describeFeatures(context, "features", inputs),
  tidy: removeScratch,
};

/** Builds the pages of every neuron, which are there without any training. */
export const neuronsStage: Stage = {
  name: "features-neurons",
  needs: ["tokenize", "train-model"],
  perDictionary: false,
  inputs: describeInputs,
  run: (context, inputs) => describeFeatures(ofNeurons(context), "features-neurons", inputs),
  tidy: (context) => removeScratch(ofNeurons(context)),
};

function ofNeurons(context: StageContext): StageContext {
  return { ...context, dictionaryName: NEURONS };
}

function describeInputs({ experiment }: StageContext) {
  return {
    packFormat: PACK_FORMAT_VERSION,
    tokens: experiment.features.tokens,
    site: experiment.dictionary.site,
    seed: experiment.seed,
  };
}

function removeScratch({ paths, dictionaryName }: StageContext): void {
  removeScratchFolder(paths.dictionary(dictionaryName).packScratch);
}

async function* describeFeatures(
  context: StageContext,
  stage: StageName,
  inputs: string,
): AsyncGenerator<RunEvent, readonly string[]> {
  const { kernels, experiment, dictionaryName } = context;
  const model = readModel(context.paths, kernels);
  const { width } = parseSite(experiment.dictionary.site, model.config);
  const dictionary = readDictionary(context.paths.dictionary(dictionaryName), dictionaryName, kernels, width);
  return yield* buildFeaturePack(context, {
    model,
    dictionary,
    tokens: experiment.features.tokens,
    partial: false,
    stage,
    inputs,
  });
}
