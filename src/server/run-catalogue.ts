import { basename, resolve } from "node:path";
import { listDictionaryNames } from "../store/dictionary-names.ts";
import { type DictionaryPaths, nameRun, type RunPaths, runPaths } from "../store/run-directory.ts";

/** A run that is served. */
export interface ServedRun {
  readonly id: string;
  readonly name: string;
  readonly paths: RunPaths;
}

/** A dictionary of a served run. */
export interface ServedDictionary {
  readonly id: string;
  readonly name: string;
  readonly run: ServedRun;
  readonly paths: DictionaryPaths;
}

/** The closed set of what can be asked for: strings from outside are looked up here and reach no file system. */
export interface RunCatalogue {
  readonly runs: readonly ServedRun[];
  readonly findRun: (id: string) => ServedRun | undefined;
  readonly listDictionaries: () => readonly ServedDictionary[];
  readonly findDictionary: (id: string) => ServedDictionary | undefined;
}

/** A catalogue of run directories, which need not exist yet; dictionaries are found as they appear. */
export function createRunCatalogue(directories: readonly string[]): RunCatalogue {
  const taken = new Set<string>();
  const runs = directories.map((directory) => {
    const name = basename(resolve(directory));
    return { id: chooseId(name, taken), name, paths: runPaths(directory) };
  });
  const listDictionaries = () => {
    const ids = new Set<string>();
    return runs.flatMap((run) =>
      listDictionaryNames(run.paths.root).map((name) => ({
        id: chooseId(`${run.id}-${name}`, ids),
        name,
        run,
        paths: run.paths.dictionary(name),
      })),
    );
  };
  const [known, found] = [new Map(runs.map((run) => [run.id, run])), new Map<string, ServedDictionary>()];
  return {
    runs,
    findRun: (id) => known.get(id),
    listDictionaries,
    findDictionary: (id) => {
      // The disk is looked at for ids that are new: dictionaries appear, they do not go away.
      if (!found.has(id)) for (const dictionary of listDictionaries()) found.set(dictionary.id, dictionary);
      return found.get(id);
    },
  };
}

function chooseId(name: string, taken: Set<string>): string {
  const wanted = nameRun(name);
  let id = wanted;
  for (let n = 2; taken.has(id); n++) id = `${wanted}-${n}`;
  taken.add(id);
  return id;
}
