import { existsSync } from "node:fs";
import { parseSite } from "../model/sites.ts";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";
import { listDictionaryNames } from "../store/dictionary-names.ts";
import { runPaths } from "../store/run-directory.ts";
import { NEURONS } from "./dictionary-files.ts";
import { flattenExperiment } from "./experiment.ts";
import { readModelConfig } from "./model-files.ts";
import { readDictionaryConfig } from "./run-config.ts";

/** Dictionaries of one site of a run, the smallest first. */
export interface ChosenSizes {
  readonly names: readonly string[];
  /** Those left out because another has the same size. */
  readonly leftOut: readonly string[];
}

interface Candidate {
  readonly name: string;
  readonly features: number;
  readonly site: string;
  /** Fields other than the size in which it differs from the dictionary that was named. */
  readonly differences: number;
}

/**
 * The dictionaries whose splitting is to be found: `dictionary` and `others`, or without others one of each size that the run
 * has at the same place of the model, the one whose configuration is most like that of `dictionary`. A `UserError` where one is
 * not there, reads another place, or two have one size.
 */
export function chooseSizes(root: string, dictionary: string, others: readonly string[] | undefined): ChosenSizes {
  const trained = listDictionaryNames(root).filter((name) => existsSync(runPaths(root).dictionary(name).weights));
  if (others !== undefined) return { names: chooseNamed(root, [dictionary, ...others], trained), leftOut: [] };
  if (trained.length === 0)
    throw new UserError(`${root} has no learned dictionary yet: learn one with monosem run --run ${root}`);
  const own = describe(root, dictionary, dictionary);
  const alike = trained.map((name) => describe(root, name, dictionary)).filter(({ site }) => site === own.site);
  const names: string[] = [];
  for (const { features } of alike.toSorted((a, b) => a.features - b.features)) {
    const ofSize = alike.filter((candidate) => candidate.features === features);
    const [best] = ofSize.toSorted((a, b) => rank(a, dictionary) - rank(b, dictionary));
    if (!names.includes(best!.name)) names.push(best!.name);
  }
  return { names, leftOut: alike.map(({ name }) => name).filter((name) => !names.includes(name)) };
}

/** The named dictionary before any other; sorting keeps the order of names among equals. */
function rank({ name, differences }: Candidate, dictionary: string): number {
  return name === dictionary ? -1 : differences;
}

function chooseNamed(root: string, wanted: readonly string[], trained: readonly string[]): string[] {
  const known = [...trained, NEURONS];
  for (const name of wanted)
    if (!known.includes(name))
      throw new UserError(
        `${root} has no learned dictionary ${name}${renderSuggestion(name, known)}; there are ${known.join(", ")}`,
        2,
      );
  const chosen = [...new Set(wanted)].map((name) => describe(root, name, wanted[0]!));
  for (const [index, one] of chosen.entries()) for (const other of chosen.slice(0, index)) refusePair(root, one, other);
  return chosen.toSorted((a, b) => a.features - b.features).map(({ name }) => name);
}

function refusePair(root: string, one: Candidate, other: Candidate): void {
  if (one.features === other.features)
    throw new UserError(
      `${other.name} and ${one.name} of ${root} both have ${one.features} features: name dictionaries of different sizes`,
      2,
    );
  if (one.site !== other.site)
    throw new UserError(
      `${other.name} of ${root} reads ${other.site}, ${one.name} reads ${one.site}: wanted dictionaries of the same activations`,
      2,
    );
}

function describe(root: string, name: string, reference: string): Candidate {
  const config = readDictionaryConfig(root, name);
  const [own, wanted] = [flattenExperiment(config), flattenExperiment(readDictionaryConfig(root, reference))];
  const differing = [...new Set([...own.keys(), ...wanted.keys()])].filter(
    (field) => field !== "features" && JSON.stringify(own.get(field)) !== JSON.stringify(wanted.get(field)),
  );
  const features = name === NEURONS ? parseSite(config.site, readModelConfig(runPaths(root))).width : config.features;
  return { name, features, site: config.site, differences: differing.length };
}
