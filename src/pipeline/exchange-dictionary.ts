import { existsSync, readdirSync } from "node:fs";
import { parseDictionary } from "../autoencoder/parse-dictionary.ts";
import { readSaelens, writeSaelens } from "../interchange/saelens.ts";
import { selectKernels } from "../kernels/select.ts";
import { featureDensity } from "../metrics/feature-density.ts";
import { parseSite } from "../model/sites.ts";
import { UserError } from "../numerics/user-error.ts";
import { lockRunDirectory } from "../store/lock.ts";
import { runPaths } from "../store/run-directory.ts";
import { readSafetensors } from "../store/safetensors.ts";
import { writeStageRecord } from "../store/stage-record.ts";
import { keepDictionary, NEURONS, readActivity } from "./dictionary-files.ts";
import { readModelConfig } from "./model-files.ts";
import { adoptConfig, readDictionaryConfig, readRunConfig } from "./run-config.ts";
import { demandBefore, hashInputs, nameRecord } from "./run-experiment.ts";
import type { StageContext } from "./stage.ts";
import { trainDictionaryStage } from "./stages/train-dictionary.ts";

/** Which dictionary of which run, and the folder of another program. */
export interface Exchange {
  readonly directory: string;
  readonly dictionaryName: string;
  readonly folder: string;
}

/**
 * Takes a SAELens directory into a run as one of its dictionaries, which every later command can name. Throws UserError, before
 * anything is written, where it does not fit the run's model or the name is taken.
 */
export async function importSaelens({ directory, dictionaryName: name, folder }: Exchange): Promise<string> {
  const stored = readRunConfig(directory);
  if (stored === undefined) throw new UserError(`${directory} is not a run directory: it has no config.json`);
  const paths = runPaths(directory);
  const imported = readSaelens(folder);
  if (name === NEURONS || existsSync(paths.dictionary(name).weights))
    throw new UserError(`${directory} has a dictionary ${name} already: choose another --dictionary`, 2);
  const site = imported.site ?? stored.dictionary.site;
  const { width } = parseSite(site, readModelConfig(paths));
  parseDictionary(
    { tensors: new Map(Object.entries(imported.weights)), metadata: describe(imported.selection) },
    folder,
    width,
  );
  const { kind, ...selection } = imported.selection;
  const k = "k" in selection ? selection.k : stored.dictionary.k;
  const dictionary = { ...stored.dictionary, site, features: imported.features, kind, k };
  const release = lockRunDirectory(directory);
  try {
    const kernels = await selectKernels({ backend: "reference" });
    const experiment = { ...stored, dictionary };
    const context: StageContext = {
      paths,
      experiment,
      kernels,
      dictionaryName: name,
      signal: new AbortController().signal,
    };
    const inputs = await hashInputs(trainDictionaryStage, context, await demandBefore(trainDictionaryStage, context));
    adoptConfig(directory, experiment, name);
    keepDictionary(paths.dictionary(name), imported, { step: 0, activations: 0 });
    writeStageRecord(directory, nameRecord(trainDictionaryStage, name), inputs, [paths.dictionary(name).weights]);
  } finally {
    release();
  }
  return `${imported.features} features at ${site} of ${folder} are dictionary ${name} of ${directory}`;
}

/** Writes a dictionary of a run as a SAELens directory, with its densities where it has been evaluated. */
export function exportSaelens(exchange: Exchange, layout: "6" | "before-6"): string {
  const { directory, dictionaryName: name, folder } = exchange;
  const stored = readRunConfig(directory);
  if (stored === undefined) throw new UserError(`${directory} is not a run directory: it has no config.json`);
  if (name === NEURONS) throw new UserError("neurons have no weights to export: name a learned dictionary", 2);
  const paths = runPaths(directory);
  const files = paths.dictionary(name);
  if (!existsSync(files.weights))
    throw new UserError(
      `${files.weights} is missing: make it with monosem train-dictionary --run ${directory} --dictionary ${name}`,
    );
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UserError(`${folder} is not empty: name a new folder with --to`, 2);
  const model = existsSync(paths.model.config) ? readModelConfig(paths) : undefined;
  const { site } = readDictionaryConfig(directory, name);
  const file = readSafetensors(files.weights);
  const width = model === undefined ? (file.tensors.get("encoder")?.shape[1] ?? 0) : parseSite(site, model).width;
  const activity = readActivity(files);
  writeSaelens(folder, parseDictionary(file, files.weights, width), {
    layout,
    site,
    modelName: "monosem",
    contextSize: model?.contextLength ?? 0,
    ...(activity === undefined ? {} : { densities: Float32Array.from(featureDensity(activity)) }),
  });
  return `dictionary ${name} of ${directory} is in ${folder}`;
}

function describe(selection: object): Record<string, string> {
  return Object.fromEntries(Object.entries(selection).map(([key, value]) => [key, String(value)]));
}
