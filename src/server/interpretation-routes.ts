import { readFile, stat } from "node:fs/promises";
import type { Interpretation } from "../pipeline/interpret/interpretation-file.ts";
import { parseInterpretation } from "../pipeline/interpret/interpretation-file.ts";
import {
  isComparable,
  listInterpretation,
  listInterpretationFiles,
} from "../pipeline/interpret/list-interpretations.ts";
import { readRunConfig } from "../pipeline/run-config.ts";
import type { App } from "./answers.ts";
import type { DictionaryInterpretations, ScoredFeature, ServedInterpretation } from "./api.ts";
import type { DataOptions } from "./create-app.ts";
import { findDictionary, parseNumber } from "./find-served.ts";
import type { ServedDictionary } from "./run-catalogue.ts";

/** What methods said about a dictionary's features: medians beside comparable dictionaries', and the examples behind a score. */
export function addInterpretationRoutes(app: App, { catalogue }: Pick<DataOptions, "catalogue">): void {
  const read = createReader();
  app.get("/api/d/:id/interpretations", async (context) => {
    const dictionary = findDictionary(context, catalogue);
    const own = await listOf(dictionary, read);
    const others = catalogue.listDictionaries().filter(({ id }) => id !== dictionary.id);
    const beside = (await Promise.all(others.map((other) => listOf(other, read)))).flat();
    const comparable = own.length === 0 ? [] : beside.filter((one) => own.some((mine) => isComparable(one, mine)));
    return context.json({ interpretations: [...own, ...comparable] } satisfies DictionaryInterpretations);
  });
  app.get("/api/d/:id/features/:n/scored", async (context) => {
    const feature = parseNumber(context.req.param("n"));
    const all = await readOf(findDictionary(context, catalogue), read);
    const scored = all.flatMap(({ method, dictionarySha256, features }) =>
      features.filter((one) => one.feature === feature).map((one) => ({ ...one, method, dictionarySha256 })),
    );
    return context.json({ scored } satisfies { scored: ScoredFeature[] });
  });
}

async function listOf(dictionary: ServedDictionary, read: ReadFile): Promise<ServedInterpretation[]> {
  const { id, run } = dictionary;
  const control = readRunConfig(run.paths.root)?.training.control !== undefined;
  return (await readOf(dictionary, read)).map((interpretation) => ({
    id,
    ...listInterpretation(interpretation, { run: run.id, control }),
  }));
}

async function readOf({ name, run }: ServedDictionary, read: ReadFile): Promise<Interpretation[]> {
  const all = await Promise.all(listInterpretationFiles(run.paths.root).map(read));
  return all.flatMap((one) => (one?.dictionary === name ? [one] : []));
}

type ReadFile = (path: string) => Promise<Interpretation | undefined>;

/** Reads files that hold the examples of hundreds of features once, until they are replaced. */
function createReader(): ReadFile {
  const known = new Map<string, { readonly tag: string; readonly interpretation: Interpretation | undefined }>();
  return async (path) => {
    const entry = await stat(path).catch(() => undefined);
    if (entry === undefined) return undefined;
    const tag = `${entry.ino} ${entry.size} ${entry.mtimeMs}`;
    const present = known.get(path);
    if (present?.tag === tag) return present.interpretation;
    const interpretation = parseInterpretation(await readFile(path, "utf8").catch(() => ""));
    known.set(path, { tag, interpretation });
    return interpretation;
  };
}
