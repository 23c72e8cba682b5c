import { existsSync } from "node:fs";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";
import type { FeaturePacks } from "../server/feature-packs.ts";
import { createRunCatalogue, type RunCatalogue, type ServedDictionary } from "../server/run-catalogue.ts";
import type { FeaturePack } from "../store/feature-pack.ts";
import { runPaths } from "../store/run-directory.ts";

/**
 * A run with the dictionaries of these names, or where there is none with all that have feature pages. Throws a `UserError` where
 * the run or a dictionary is not there, or has no pages.
 */
export async function chooseDictionaries(
  run: string,
  dictionaries: readonly string[],
  packs: FeaturePacks,
): Promise<RunCatalogue> {
  if (!existsSync(runPaths(run).config))
    throw new UserError(`${run} is not a run directory: it has no config.json; make one with monosem run --run ${run}`);
  const catalogue = createRunCatalogue([run]);
  const all = catalogue.listDictionaries();
  for (const name of dictionaries) demandDictionary(name, all, run);
  const found = await Promise.all(all.map((dictionary) => packs.find(dictionary)));
  const chosen = all.filter(({ name }, index) =>
    dictionaries.length > 0 ? dictionaries.includes(name) : found[index]!.kind !== "none",
  );
  for (const dictionary of chosen) await demandPack(packs, dictionary);
  if (chosen.length === 0)
    throw new UserError(`${run} has no feature pages yet: build them with monosem features --run ${run}`);
  return {
    runs: catalogue.runs,
    findRun: catalogue.findRun,
    listDictionaries: () => chosen,
    findDictionary: (id) => chosen.find((dictionary) => dictionary.id === id),
  };
}

function demandDictionary(name: string, all: readonly ServedDictionary[], run: string): void {
  const names = all.map((dictionary) => dictionary.name);
  if (names.includes(name)) return;
  const there = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
  throw new UserError(`${run} has no dictionary ${name}${renderSuggestion(name, names)}: ${there}`, 2);
}

/** The open pack of a dictionary; a `UserError` says how to build it. */
export async function demandPack(packs: FeaturePacks, dictionary: ServedDictionary): Promise<FeaturePack> {
  const found = await packs.find(dictionary);
  if (found.kind === "open") return found.pack;
  if (found.kind === "damaged") throw new UserError(found.problem);
  const { root } = dictionary.run.paths;
  throw new UserError(
    `dictionary ${dictionary.name} of ${root} has no feature pages yet: build them with monosem features --run ${root} --dictionary ${dictionary.name}`,
  );
}
