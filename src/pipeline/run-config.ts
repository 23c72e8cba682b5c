import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { type DictionaryConfig, dictionaryConfigSchema } from "../autoencoder/config.ts";
import { UserError } from "../numerics/user-error.ts";
import { remove, removeFolder } from "../store/disk.ts";
import { RUN_FORMAT, runPaths } from "../store/run-directory.ts";
import { TOOL_VERSION } from "../store/tool-version.ts";
import { writeJson } from "../store/write-atomically.ts";
import { NEURONS } from "./dictionary-files.ts";
import { describeDifferences, type Experiment, experimentSchema } from "./experiment.ts";

/** The experiment a run directory was made for, or undefined for a new or empty directory. */
export function readRunConfig(directory: string): Experiment | undefined {
  const path = runPaths(directory).config;
  if (!existsSync(path)) return undefined;
  const stored = parseConfigFile(path);
  if (stored.format !== RUN_FORMAT)
    throw new UserError(
      `${path}: run format ${JSON.stringify(stored.format)}, this version (${TOOL_VERSION}) reads ${RUN_FORMAT}; use the version that made it or choose another --run folder`,
    );
  const result = experimentSchema.safeParse(stored.experiment);
  if (!result.success)
    throw new UserError(
      `${path} is damaged: ${result.error.issues[0]?.path.join(".")}: ${result.error.issues[0]?.message}`,
    );
  return result.data;
}

/** How one dictionary of a run is learned: `main` and `neurons` by the run's config, another by its own `config.json`. */
export function readDictionaryConfig(directory: string, name: string): DictionaryConfig {
  const path = runPaths(directory).dictionary(name).config;
  if (!existsSync(path)) return readRunConfig(directory)!.dictionary;
  const result = dictionaryConfigSchema.safeParse(parseConfigFile(path));
  if (!result.success) throw new UserError(`${path} is damaged: ${result.error.issues[0]?.message}`);
  return result.data;
}

/**
 * Makes the directory one of this experiment, or throws a `UserError` naming the fields in which it is one of another. A
 * dictionary other than `main` keeps its config beside it. Returns what takes back the configs that were not there before, for a
 * command that turns out to be impossible.
 */
export function adoptConfig(directory: string, experiment: Experiment, dictionaryName: string): () => void {
  const paths = runPaths(directory);
  const hasOwnConfig = dictionaryName !== "main" && dictionaryName !== NEURONS;
  const own = paths.dictionary(dictionaryName).config;
  const [isNew, isNewDictionary] = [!existsSync(paths.config), hasOwnConfig && !existsSync(own)];
  const stored = readRunConfig(directory);
  if (stored !== undefined) refuseOtherConfig(directory, stored, experiment, dictionaryName);
  else {
    refuseForeignFolder(directory);
    writeJson(paths.config, { format: RUN_FORMAT, experiment });
  }
  if (hasOwnConfig) writeJson(own, experiment.dictionary);
  return () => {
    if (isNewDictionary) removeConfig(own);
    if (isNew) for (const path of [paths.config, paths.progress]) remove(path);
  };
}

/** Removes a dictionary's config, and its folder where there is nothing else in it. */
function removeConfig(path: string): void {
  if (readdirSync(dirname(path)).length === 1) removeFolder(dirname(path));
  else remove(path);
}

function refuseOtherConfig(
  directory: string,
  stored: Experiment,
  experiment: Experiment,
  dictionaryName: string,
): void {
  const hasOwnConfig = dictionaryName !== "main" && dictionaryName !== NEURONS;
  const path = runPaths(directory).dictionary(dictionaryName).config;
  const dictionary =
    hasOwnConfig && !existsSync(path) ? experiment.dictionary : readDictionaryConfig(directory, dictionaryName);
  const differences = describeDifferences({ ...stored, dictionary }, experiment);
  if (differences.length > 0)
    throw new UserError(
      `${directory} holds a run of another config: ${differences.join("; ")}; ` +
        `run it elsewhere, keeping the unchanged stages: monosem run --run NEW --reuse ${directory} --set ...`,
      2,
    );
}

function parseConfigFile(path: string): { format?: unknown; experiment?: unknown } {
  try {
    return z.looseObject({}).parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    throw new UserError(`${path} is damaged: it is no JSON object; restore it or choose another --run folder`);
  }
}

function refuseForeignFolder(directory: string): void {
  const own = new Set(["lock", "config.json"]);
  const foreign = readdirSync(directory).filter((name) => !own.has(name) && !name.startsWith("."));
  if (foreign.length > 0)
    throw new UserError(
      `${directory} is not a run directory and not empty (it holds ${foreign[0]}); choose another --run folder`,
    );
}
