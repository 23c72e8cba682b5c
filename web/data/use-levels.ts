import { useEffect, useState } from "preact/hooks";
import type { Splitting } from "../../src/analysis/splitting.ts";
import { type DictionaryData, loadDictionary } from "./dictionary-data.ts";
import { readRunDictionaries } from "./run-dictionaries.ts";

/** What is here of one level of a splitting graph. */
export interface LevelPages {
  /** The dictionary's address; undefined where it is not part of what is served. */
  readonly id: string | undefined;
  /** Its features' table, once it is here. */
  readonly data: DictionaryData | undefined;
  /** Whether its features have pages at all. */
  readonly hasPages: boolean;
}

/** The dictionaries of a graph's levels, with the tables of those that have feature pages as they are loaded. */
export function useLevels(run: string, { levels }: Splitting): readonly LevelPages[] {
  const [loaded, setLoaded] = useState<ReadonlyMap<string, DictionaryData>>(new Map());
  const served = readRunDictionaries(run).value;
  const found = levels.map(({ dictionary }) => served.find(({ name }) => name === dictionary));
  const wanted = found.flatMap((summary) => (summary?.pack == null ? [] : [summary.id])).join(" ");
  useEffect(() => {
    const controller = new AbortController();
    for (const id of wanted.split(" ").filter((name) => name !== ""))
      loadDictionary(id, controller.signal).then(
        (data) => controller.signal.aborted || setLoaded((others) => new Map([...others, [id, data]])),
        () => undefined,
      );
    return () => controller.abort();
  }, [wanted]);
  return found.map((summary) => ({
    id: summary?.id,
    data: summary && loaded.get(summary.id),
    hasPages: summary?.pack != null,
  }));
}
