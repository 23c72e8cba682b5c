import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { DictionarySummary, RunDetails } from "../../src/server/api.ts";
import { fetchJson } from "./fetch-data.ts";

const known = new Map<string, Signal<readonly DictionarySummary[]>>();

/** The dictionaries of a run, asked for once; none until they are here. */
export function readRunDictionaries(run: string): ReadonlySignal<readonly DictionarySummary[]> {
  const present = known.get(run);
  if (present !== undefined) return present;
  const dictionaries = signal<readonly DictionarySummary[]>([]);
  known.set(run, dictionaries);
  fetchJson<RunDetails>(`/api/runs/${run}`).then(
    (details) => {
      dictionaries.value = details.dictionaries;
    },
    () => known.delete(run),
  );
  return dictionaries;
}
