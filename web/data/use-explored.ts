import type { LiveEvent } from "../../src/live/live-event.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import { type LiveAnswer, useLiveAnswer } from "./use-live-answer.ts";

/** A text with the features on each of its tokens. */
export type Explored = Extract<LiveEvent, { kind: "explored" }>;

/** What else is computed for each feature on a token. */
export interface ExploreOptions {
  /** The effect on the loss. */
  readonly effects: boolean;
  /** The effect on the logit of this token. */
  readonly nextToken: number | null;
}

const PLAIN: ExploreOptions = { effects: false, nextToken: null };

/** Has the features on a text's tokens computed; nothing for a text of white space alone. */
export function useExplored(data: DictionaryData, text: string, options = PLAIN): LiveAnswer<Explored> {
  const request = text.trim() === "" ? undefined : ({ kind: "explore", text, ...options } as const);
  return useLiveAnswer(data.summary, request, keepExplored);
}

function keepExplored(value: Explored | undefined, event: LiveEvent): Explored | undefined {
  return event.kind === "explored" ? event : value;
}
