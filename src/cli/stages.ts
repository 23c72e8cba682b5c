import type { StageName } from "../pipeline/events.ts";
import type { Command, OptionSpec } from "./command.ts";
import { followRun } from "./follow-run.ts";
import { ACTIVATIONS_OPTION, createRunRequest, RUN_OPTIONS } from "./run-options.ts";
import { openEventFileViews, TENSORBOARD_OPTION } from "./tensorboard.ts";

const DICTIONARY = {
  dictionary: { kind: "string", placeholder: "NAME", describe: "which dictionary of the run", default: "main" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

const RECIPE = {
  recipe: { kind: "string", placeholder: "NAME", describe: "paper: the recipe of 2023, neuron resampling included" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

const CACHE = {
  cache: { kind: "flag", describe: "keep the activations on disk: dictionaries then learn without running the model" },
  "cache-dtype": { kind: "string", placeholder: "NAME", describe: "how they are kept: float16 (default) or float32" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `monosem tokenize` */
export const tokenize = createStageCommand("tokenize", "learn a tokenizer and pack the corpus");
/** `monosem train-model` */
export const trainModel = createStageCommand("train-model", "train the transformer", TENSORBOARD_OPTION);
/** `monosem harvest` */
export const harvest = createStageCommand("harvest", "measure the activations the dictionary will learn from", {
  ...ACTIVATIONS_OPTION,
  ...CACHE,
});
/** `monosem train-dictionary` */
export const trainDictionary = createStageCommand("train-dictionary", "learn a dictionary of features", {
  ...DICTIONARY,
  ...RECIPE,
  ...ACTIVATIONS_OPTION,
  ...TENSORBOARD_OPTION,
});
/** `monosem evaluate` */
export const evaluate = createStageCommand("evaluate", "judge a dictionary on held-out text", DICTIONARY);
/** `monosem features` */
export const features = createStageCommand(
  "features",
  "build the pages of a dictionary's features, in training those of its last checkpoint",
  DICTIONARY,
);

function createStageCommand(
  stage: StageName,
  summary: string,
  more: Readonly<Record<string, OptionSpec>> = {},
): Command {
  return {
    summary,
    options: { ...RUN_OPTIONS, ...more },
    ...("activations" in more ? { greedy: "activations" } : {}),
    examples: [
      `monosem ${stage} --run runs/first`,
      ...("activations" in more ? [`monosem ${stage} --run runs/own --activations acts/*.npy`] : []),
    ],
    run: (values) => followRun(createRunRequest(values, [stage]), values.flag("json"), openEventFileViews(values)),
  };
}
