import { basename, join, resolve } from "node:path";
import type { AnalysisFile } from "../analysis/analyses.ts";
import { UserError } from "../numerics/user-error.ts";

/** Format of the run directory; a directory of another format is refused. */
export const RUN_FORMAT = 1;

/** What a dictionary may be called. */
export const DICTIONARY_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** The files of one run: one corpus, one model, any number of named dictionaries. */
export interface RunPaths {
  readonly root: string;
  readonly config: string;
  readonly progress: string;
  readonly timings: string;
  readonly reportJson: string;
  readonly reportMarkdown: string;
  /** What users wrote about features; made by the first label. */
  readonly labels: string;
  /** Sessions of blind rating; made by the first one. */
  readonly ratings: string;
  readonly corpus: {
    readonly folder: string;
    readonly tokenizer: string;
    readonly summary: string;
    readonly tokens: (split: Split) => string;
    readonly documents: (split: Split) => string;
  };
  readonly model: {
    readonly folder: string;
    readonly config: string;
    readonly weights: string;
    readonly metrics: string;
    readonly evaluation: string;
    readonly checkpoints: string;
  };
  readonly activations: {
    readonly folder: string;
    readonly statistics: string;
    readonly files: string;
    readonly cache: string;
    readonly cacheManifest: string;
  };
  readonly dictionary: (name: string) => DictionaryPaths;
  /** What an analysis found out about a dictionary. */
  readonly analysis: (name: AnalysisFile, dictionary: string) => string;
  /** The comparison of a dictionary with one of another run, or of the same. */
  readonly comparison: (dictionary: string, other: { readonly run: string; readonly dictionary: string }) => string;
  /** The folder of all that was found out. */
  readonly analyses: string;
  /** What a method said about a dictionary's features, with its scores. */
  readonly interpretation: (dictionary: string, method: string) => string;
  /** Replies of language models. */
  readonly replies: string;
  /** What was spent on them. */
  readonly spending: string;
}

/** The files of one named dictionary. */
export interface DictionaryPaths {
  readonly folder: string;
  readonly config: string;
  readonly weights: string;
  readonly metricsLog: string;
  readonly densityHistory: string;
  readonly checkpoints: string;
  readonly metrics: string;
  readonly densities: string;
  readonly pack: string;
  /** What an interrupted build of the pack need not compute again. */
  readonly packScratch: string;
}

/** Which part of the corpus: what the model learns from, or what everything is judged on. */
export type Split = "train" | "valid";

/** Every path of the run directory at `root`. */
export function runPaths(root: string): RunPaths {
  const corpus = join(root, "corpus");
  const model = join(root, "model");
  const activations = join(root, "activations");
  return {
    root,
    config: join(root, "config.json"),
    progress: join(root, "progress.json"),
    timings: join(root, "timings.json"),
    reportJson: join(root, "report.json"),
    reportMarkdown: join(root, "report.md"),
    labels: join(root, "labels.sqlite"),
    ratings: join(root, "ratings.sqlite"),
    corpus: {
      folder: corpus,
      tokenizer: join(corpus, "tokenizer.json"),
      summary: join(corpus, "summary.json"),
      tokens: (split) => join(corpus, `${split}.tokens`),
      documents: (split) => join(corpus, `${split}.documents.jsonl`),
    },
    model: {
      folder: model,
      config: join(model, "config.json"),
      weights: join(model, "model.safetensors"),
      metrics: join(model, "metrics.jsonl"),
      evaluation: join(model, "evaluation.json"),
      checkpoints: join(model, "checkpoints"),
    },
    activations: {
      folder: activations,
      statistics: join(activations, "statistics.safetensors"),
      files: join(activations, "files.json"),
      cache: join(activations, "cache"),
      cacheManifest: join(activations, "cache", "manifest.json"),
    },
    dictionary: (name) => dictionaryPaths(root, name),
    analysis: (name, dictionary) => join(root, "analyses", `${name}.${dictionary}.json`),
    comparison: (dictionary, other) =>
      join(root, "analyses", `compare-${dictionary}-with-${nameRun(other.run)}-${other.dictionary}.json`),
    analyses: join(root, "analyses"),
    replies: join(root, "replies"),
    spending: join(root, "replies", "spent.jsonl"),
    interpretation: (dictionary, method) =>
      join(root, "analyses", `interpret.${dictionary}.${method.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.json`),
  };
}

/** A run folder's name in lower-case letters, digits and hyphens: in addresses and in the names of comparisons. */
export function nameRun(directory: string): string {
  const words = basename(resolve(directory))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  return words.replace(/^-+|-+$/g, "") || "run";
}

function dictionaryPaths(root: string, name: string): DictionaryPaths {
  if (!DICTIONARY_NAME.test(name))
    throw new UserError(
      `dictionary name ${JSON.stringify(name)}: wanted lower-case letters, digits and hyphens, at most 64, such as main`,
      2,
    );
  const folder = join(root, "dictionaries", name);
  return {
    folder,
    config: join(folder, "config.json"),
    weights: join(folder, "weights.safetensors"),
    metricsLog: join(folder, "metrics.jsonl"),
    densityHistory: join(folder, "density-history.safetensors"),
    checkpoints: join(folder, "checkpoints"),
    metrics: join(folder, "metrics.json"),
    densities: join(folder, "densities.safetensors"),
    pack: join(folder, "pack"),
    packScratch: join(folder, "pack-scratch"),
  };
}
