import type { Automaton } from "../../src/analysis/automata/automata.ts";
import type { LiveRequestOf } from "../../src/live/live-request.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import { DEFAULT_PROMPT } from "./steer-selection.ts";
import { type LiveAnswer, useLiveAnswer } from "./use-live-answer.ts";
import { addToWatched, beginWalk, type WatchedSample } from "./watched-sample.ts";

/** What the model writes from the middle of a walk, and after the paper's prefix with the first state held at its maximum. */
export interface AutomatonSamples {
  /** The walk's beginning; empty where the automaton has none that can be written. */
  readonly beginning: string;
  readonly goesOn: LiveAnswer<WatchedSample>;
  readonly pinned: LiveAnswer<WatchedSample>;
}

const TOKENS = 40;

/** Has the model write on, watching the states of an automaton. */
export function useAutomatonSamples(data: DictionaryData, automaton: Automaton, seed: number): AutomatonSamples {
  const { states, walks } = automaton;
  const beginning = walks[0] === undefined ? "" : beginWalk(walks[0], states.length, data.names);
  const ask = (prompt: string, change: Partial<LiveRequestOf<"steer">> = {}): LiveRequestOf<"steer"> => ({
    ...{ kind: "steer", prompt, interventions: [], errorTerm: "keep", tokens: TOKENS, seed, watch: [...states] },
    ...{ temperature: 1, topK: 0, topP: 1 },
    ...change,
  });
  const goesOn = useLiveAnswer(data.summary, beginning.trim() === "" ? undefined : ask(beginning), addToWatched);
  const [feature] = states as readonly [number, ...number[]];
  const pin = { kind: "pin", feature, value: data.table.maximum[feature]!, span: null } as const;
  const pinned = useLiveAnswer(data.summary, ask(DEFAULT_PROMPT, { interventions: [pin] }), addToWatched);
  return { beginning, goesOn, pinned };
}
