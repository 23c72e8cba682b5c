import type { Walk } from "../../src/analysis/automata/automata.ts";
import type { LiveEvent } from "../../src/live/live-event.ts";
import { mergeTokens } from "../text/merge-tokens.ts";
import { addToSample, type Sample } from "./sample.ts";
import type { TokenNames } from "./token-names.ts";

/** A sample with the activations of watched features on each token, once they are known. */
export interface WatchedSample extends Sample {
  readonly activations?: readonly (readonly number[])[];
}

/** A watched sample with the next event of its stream. */
export function addToWatched(sample: WatchedSample | undefined, event: LiveEvent): WatchedSample | undefined {
  if (event.kind === "watched") return sample && { ...sample, activations: event.activations };
  return addToSample(sample, event);
}

/** The text of a walk up to half of its way round, in whole characters and from the last separator on; empty where there is none. */
export function beginWalk({ tokens, from, to }: Walk, states: number, names: TokenNames): string {
  const end = from + Math.max(states + 1, Math.ceil((to - from) / 2));
  const start = tokens.lastIndexOf(names.endOfText, end - 1) + 1;
  const clusters = mergeTokens(tokens.slice(start, end).map(names.bytes));
  const texts = clusters.map(({ text }) => text);
  // What a cut has left of a character is no text.
  const first = texts.findIndex((text) => !text.includes("\ufffd"));
  const last = texts.findLastIndex((text) => !text.includes("\ufffd"));
  return first === -1
    ? ""
    : texts
        .slice(first, last + 1)
        .join("")
        .replaceAll("\ufffd", "");
}
