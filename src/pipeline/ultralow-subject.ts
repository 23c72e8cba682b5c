import { existsSync } from "node:fs";
import { findUltralow, type UltralowCluster, type UltralowSubject } from "../analysis/ultralow.ts";
import type { DictionaryConfig } from "../autoencoder/config.ts";
import { UserError } from "../numerics/user-error.ts";
import type { RunPaths } from "../store/run-directory.ts";
import { NEURONS, readActivity, readFoldedDictionary } from "./dictionary-files.ts";
import { readDictionaryConfig } from "./run-config.ts";
import type { StageContext } from "./stage.ts";

/** A dictionary's weights and how often its features fired when it was judged; a `UserError` where it was not, or is none that was learned. */
export function readUltralowSubject(paths: RunPaths, name: string): UltralowSubject {
  if (name === NEURONS)
    throw new UserError(
      "neurons have no encoder whose rows could point one way: name a dictionary that was learned",
      2,
    );
  const files = paths.dictionary(name);
  if (!existsSync(files.weights))
    throw new UserError(
      `${files.weights} is missing: learn it with monosem train-dictionary --run ${paths.root} --dictionary ${name}`,
    );
  const activity = readActivity(files);
  if (activity === undefined)
    throw new UserError(
      `${files.densities} is missing: judge the dictionary with monosem evaluate --run ${paths.root} --dictionary ${name}`,
    );
  return { weights: readFoldedDictionary(files).weights, counts: activity.counts, tokens: activity.tokens };
}

/**
 * The direction of the ultralow cluster that a dictionary of this configuration learns without, of norm 1; undefined where it
 * learns from activations as they are. Throws UserError where the dictionary that is named has no such cluster.
 */
export function readRemovedDirection(
  { paths, dictionaryName }: Pick<StageContext, "paths" | "dictionaryName">,
  config: DictionaryConfig,
): Float32Array | undefined {
  const { removeDirectionOf: name, site } = config;
  if (name === undefined) return undefined;
  if (name === dictionaryName)
    throw new UserError(`dictionary.removeDirectionOf is ${name}, the dictionary itself: name another`, 2);
  const subject = readUltralowSubject(paths, name);
  const other = readDictionaryConfig(paths.root, name).site;
  if (other !== site)
    throw new UserError(
      `dictionary.removeDirectionOf names ${name} at ${other}, but dictionary.site is ${site}: name one of the same site`,
      2,
    );
  const cluster = findUltralow(subject);
  if (cluster.chosenBy === "cluster" && cluster.direction !== null) return cluster.direction;
  throw new UserError(`dictionary.removeDirectionOf: ${name} has no ultralow cluster: ${explain(cluster)}`, 2);
}

function explain({ modes }: UltralowCluster): string {
  if (modes === null) return "all its features are alike";
  const decades = modes.high.logDensity - modes.low.logDensity;
  return `the two groups of features that differ most are ${modes.separation.toFixed(1)} deviations and ${decades.toFixed(1)} decades of density apart, where two clusters are 4 and 1`;
}
