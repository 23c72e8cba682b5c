import { existsSync } from "node:fs";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import type { Kernels } from "../kernels/kernels.ts";
import type { DictionaryMetrics } from "../metrics/dictionary-metrics.ts";
import { parseSite, type Site } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { UserError } from "../numerics/user-error.ts";
import { type FeaturePack, openFeaturePack } from "../store/feature-pack.ts";
import { type RunPaths, runPaths, type Split } from "../store/run-directory.ts";
import { readTokenStream } from "../store/token-file.ts";
import type { TokenStream } from "../text/contexts.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { readTokenizer } from "./corpus-files.ts";
import { NEURONS, readDictionary, readMetrics } from "./dictionary-files.ts";
import type { StageName } from "./events.ts";
import type { Experiment } from "./experiment.ts";
import { readModel, readModelConfig } from "./model-files.ts";
import { learnsFromFiles, readFilesWidth } from "./own-activations.ts";
import { readDictionaryConfig, readRunConfig } from "./run-config.ts";

/** A run directory opened for reading. What a stage has not made yet is a `UserError` naming the command that makes it. */
export interface Run {
  readonly directory: string;
  readonly config: Experiment;
  readonly tokenizer: () => Tokenizer;
  /** The packed tokens of the training or of the held-out text. */
  readonly text: (split: Split) => TokenStream;
  readonly model: (kernels: Kernels) => Transformer;
  /** A dictionary (`main` unless named; `neurons` always exists), ready to encode and decode. */
  readonly dictionary: (kernels: Kernels, name?: string) => Dictionary;
  /** Where in the model a dictionary reads. */
  readonly site: (name?: string) => Site;
  readonly metrics: (name?: string) => DictionaryMetrics;
  /** The pages of a dictionary's features, one record each; close it after use. */
  readonly featurePack: (name?: string) => FeaturePack;
}

/** Opens a run directory made by `monosem run` or `runExperiment`; throws a `UserError` where there is none. */
export function openRun(directory: string): Run {
  const config = readRunConfig(directory);
  if (config === undefined)
    throw new UserError(
      `${directory} is not a run directory: it has no config.json; make one with monosem run --run ${directory}`,
    );
  const paths = runPaths(directory);
  const site = (name = "main") => {
    refuseWithoutModel(config, directory);
    demand(paths, paths.model.config, "train-model");
    return parseSite(readDictionaryConfig(directory, name).site, readModelConfig(paths));
  };
  return {
    directory,
    config,
    site,
    tokenizer: () => {
      demand(paths, paths.corpus.tokenizer, "tokenize");
      return readTokenizer(paths);
    },
    text: (split) => {
      demand(paths, paths.corpus.tokens(split), "tokenize");
      return readTokenStream(paths, split, readTokenizer(paths).vocabularySize);
    },
    model: (kernels) => {
      demand(paths, paths.model.weights, "train-model");
      return readModel(paths, kernels);
    },
    dictionary: (kernels, name = "main") => {
      if (name !== NEURONS) demand(paths, paths.dictionary(name).weights, "train-dictionary", name);
      const width = learnsFromFiles(config) ? readFilesWidth(paths) : site(name).width;
      return readDictionary(paths.dictionary(name), name, kernels, width);
    },
    metrics: (name = "main") => {
      demand(paths, paths.dictionary(name).metrics, "evaluate", name);
      return readMetrics(paths.dictionary(name));
    },
    featurePack: (name = "main") => {
      demand(paths, paths.dictionary(name).pack, "features", name);
      return openFeaturePack(paths.dictionary(name).pack);
    },
  };
}

function refuseWithoutModel(config: Experiment, directory: string): void {
  if (learnsFromFiles(config))
    throw new UserError(`${directory} learns from files of activations: it has no model, so no place in one`);
}

function demand(paths: RunPaths, path: string, stage: StageName, dictionary?: string): void {
  if (existsSync(path)) return;
  const name = dictionary === undefined ? "" : ` --dictionary ${dictionary}`;
  throw new UserError(`${path} is missing: make it with monosem ${stage} --run ${paths.root}${name}`);
}
