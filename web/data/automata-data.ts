import type { Automata, Automaton } from "../../src/analysis/automata/automata.ts";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { type DictionaryData, loadDictionary } from "./dictionary-data.ts";
import { fetchJson } from "./fetch-data.ts";

/** What the page of automata shows; null where they were not looked for. */
export interface AutomataData {
  readonly details: DictionaryDetails;
  readonly found: { readonly data: DictionaryData; readonly automata: Automata } | null;
}

/** Loads the automata and modules of a dictionary with the words that its features and tokens go by. */
export async function loadAutomata(dictionary: string, signal: AbortSignal): Promise<AutomataData> {
  const details = await fetchJson<DictionaryDetails>(`/api/d/${dictionary}`, signal);
  if (!details.analyses.includes("automata")) return { details, found: null };
  const [data, automata] = await Promise.all([
    loadDictionary(dictionary, signal),
    fetchJson<Automata>(`/api/d/${dictionary}/analyses/automata`, signal),
  ]);
  return { details, found: { data, automata } };
}

/** The letters of states, in the order of an automaton's. */
export const STATE_LETTERS = ["A", "B", "C", "D"] as const;

/** An automaton's name in an address. */
export function nameAutomaton(states: readonly number[]): string {
  return states.join("-");
}

/** The automaton that an address names, or the first of those shown. */
export function chooseAutomaton(automata: readonly Automaton[], name: string | null): Automaton | undefined {
  return automata.find(({ states }) => nameAutomaton(states) === name) ?? automata[0];
}
