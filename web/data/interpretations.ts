import type { DictionaryInterpretations, ScoredFeature, ServedInterpretation } from "../../src/server/api.ts";
import { canFetch, fetchJson } from "./fetch-data.ts";

/** What methods scored on a dictionary, and on those that can be compared; nothing where a copy holds nothing. */
export async function loadInterpretations(
  dictionary: string,
  signal: AbortSignal,
): Promise<readonly ServedInterpretation[]> {
  const address = `/api/d/${dictionary}/interpretations`;
  if (!canFetch(address)) return [];
  return (await fetchJson<DictionaryInterpretations>(address, signal)).interpretations;
}

/** Where the examples are by which a feature's explanations were scored. */
export function scoredAddress(dictionary: string, feature: number): string {
  return `/api/d/${dictionary}/features/${feature}/scored`;
}

/** What one method said about a feature of these weights, with its examples; an `Error` with a sentence where there is nothing. */
export async function loadScored(
  dictionary: string,
  feature: number,
  { method, weights }: { readonly method: string; readonly weights: string },
  signal: AbortSignal,
): Promise<ScoredFeature> {
  const { scored } = await fetchJson<{ scored: ScoredFeature[] }>(scoredAddress(dictionary, feature), signal);
  const found = scored.find((one) => one.method === method && one.dictionarySha256 === weights);
  if (found === undefined)
    throw new Error(`The examples of ${method} are not kept here: monosem interpret, run again, keeps them.`);
  return found;
}

/** Numbers as an interpretation holds them. */
export function parseNumbers(text: string): number[] {
  return text === "" ? [] : text.split(" ").map(Number);
}

/** What a kind of example is called. */
export function nameSource(source: string): string {
  const interval = /^interval-(\d+)$/.exec(source)?.[1];
  if (interval !== undefined) return `interval ${Number(interval) + 1} of 11`;
  return { top: "strongest", bottom: "silent", random: "random", elsewhere: "same token elsewhere" }[source] ?? source;
}
