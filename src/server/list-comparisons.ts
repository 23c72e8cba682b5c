import { existsSync } from "node:fs";
import type { ComparedPair } from "./api.ts";
import type { RunCatalogue, ServedDictionary } from "./run-catalogue.ts";

/** Where the comparison of two dictionaries is kept: in the run of the first. */
export function comparisonPath(left: ServedDictionary, right: ServedDictionary): string {
  return left.run.paths.comparison(left.name, { run: right.run.name, dictionary: right.name });
}

/** The comparisons of a dictionary with any other that is served, whichever was named first. */
export function listComparisons(catalogue: RunCatalogue, dictionary: ServedDictionary): ComparedPair[] {
  const pairs = catalogue
    .listDictionaries()
    .flatMap((other) => [[dictionary, other] as const, [other, dictionary] as const]);
  return pairs
    .filter(([left, right]) => left.id !== right.id && existsSync(comparisonPath(left, right)))
    .map(([left, right]) => ({ left: left.id, right: right.id }));
}

/** The command that compares them. */
export function nameComparison(left: ServedDictionary, right: ServedDictionary): string {
  const names = `--dictionary ${left.name} --other ${right.name}`;
  return `monosem compare --run ${left.run.paths.root} --with ${right.run.paths.root} ${names}`;
}
