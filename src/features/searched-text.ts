import { documentAt, type TokenStream } from "../text/contexts.ts";

// Dimensions: T context length. A token is named by its place among the searched ones: its context's place times T, plus its position.

/** The text that was searched. */
export interface SearchedText {
  readonly stream: TokenStream;
  /** Indices in the stream of the contexts that were searched. */
  readonly contexts: Int32Array;
  readonly contextLength: number;
  /** Tokens shown on each side of an example's centre. */
  readonly window: number;
}

/** The id of a token. */
export function tokenIdAt({ stream, contexts, contextLength: T }: SearchedText, token: number): number {
  return stream.tokens[contexts[Math.floor(token / T)]! * T + (token % T)]!;
}

/** The id of the token that follows. */
export function nextTokenIdAt({ stream, contexts, contextLength: T }: SearchedText, token: number): number {
  return stream.tokens[contexts[Math.floor(token / T)]! * T + (token % T) + 1]!;
}

/** Where a token stands in the stream. */
export function locateToken(
  { stream, contexts, contextLength: T }: SearchedText,
  token: number,
): { readonly context: number; readonly position: number; readonly document: number } {
  const context = contexts[Math.floor(token / T)]!;
  const position = token % T;
  return { context, position, document: documentAt(stream, context * T + position) };
}

/** Ids of the tokens around a token, -1 beyond its context. */
export function readWindow({ stream, contexts, contextLength: T, window }: SearchedText, token: number): number[] {
  const position = token % T;
  const centre = contexts[Math.floor(token / T)]! * T + position;
  const ids: number[] = [];
  for (let offset = -window; offset <= window; offset++) {
    const isInside = position + offset >= 0 && position + offset < T;
    ids.push(isInside ? stream.tokens[centre + offset]! : -1);
  }
  return ids;
}

/** The first `count` of the listed tokens with windows of their own, each with how many of the list share its window. */
export function mergeRepeats(
  text: SearchedText,
  listed: Uint32Array,
  count: number,
): readonly (readonly [token: number, repeats: number])[] {
  const merged: [number, number][] = [];
  const byHash = new Map<number, { readonly ids: readonly number[]; readonly entry: [number, number] }>();
  for (const token of listed) {
    const ids = readWindow(text, token);
    let key = hashIds(ids);
    let known = byHash.get(key);
    while (known !== undefined && !known.ids.every((id, i) => id === ids[i])) known = byHash.get(++key);
    if (known !== undefined) {
      known.entry[1]++;
      continue;
    }
    const entry: [number, number] = [token, 1];
    byHash.set(key, { ids, entry });
    merged.push(entry);
  }
  return merged.slice(0, count);
}

function hashIds(ids: readonly number[]): number {
  let hash = 0;
  for (const id of ids) hash = (Math.imul(hash, 0x01000193) ^ id) | 0;
  return hash;
}
