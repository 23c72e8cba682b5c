import { type FeatureTable, parseFeatureTable } from "../../src/features/feature-table.ts";
import { joinWritten, listSearchTokens, listWords, parseQuery } from "../../src/features/search-words.ts";
import type { DictionaryAnnotations, DictionarySummary, SearchAnswer, Vocabulary } from "../../src/server/api.ts";
import type { DataSource } from "./data-source.ts";

/** Features by each of their words. */
type WordIndex = ReadonlyMap<string, ReadonlySet<number>>;

/** The search of a copy without a server: finds what the server's index of the same words would find. */
export function createCopySearch(
  fetchBytes: DataSource["fetchBytes"],
): (dictionary: string, query: string) => Promise<SearchAnswer> {
  const indices = new Map<string, Promise<WordIndex>>();
  return async (dictionary, query) => {
    const words = parseQuery(query).map(foldWord);
    const index = indices.get(dictionary) ?? loadIndex(fetchBytes, dictionary);
    indices.set(dictionary, index);
    index.catch(() => indices.delete(dictionary));
    return { features: search(await index, words) };
  };
}

/** Numbers of the features that have, for each word, a word beginning with it; none for no words. */
export function search(index: WordIndex, words: readonly string[]): number[] {
  const [first, ...others] = words.map((word) => findBeginning(index, word));
  const found = [...(first ?? [])].filter((feature) => others.every((features) => features.has(feature)));
  return found.sort((a, b) => a - b);
}

/** An index of texts. */
export function indexWords(texts: Iterable<readonly [feature: number, words: readonly string[]]>): WordIndex {
  const index = new Map<string, Set<number>>();
  for (const [feature, words] of texts)
    for (const word of words.map(foldWord)) {
      const features = index.get(word) ?? new Set();
      features.add(feature);
      index.set(word, features);
    }
  return index;
}

/** Upper and lower case are the same, and Latin letters with and without accents. */
export function foldWord(word: string): string {
  return word
    .toLowerCase()
    .normalize("NFD")
    .replace(/([a-z])[\u0300-\u036f]+/g, "$1")
    .normalize("NFC")
    .replaceAll("ς", "σ");
}

async function loadIndex(fetchBytes: DataSource["fetchBytes"], dictionary: string): Promise<WordIndex> {
  const fetchJson = async <T>(address: string) => JSON.parse(new TextDecoder().decode(await fetchBytes(address))) as T;
  const base = `/api/d/${dictionary}`;
  const { run } = await fetchJson<DictionarySummary>(base);
  const [table, vocabulary, annotations] = await Promise.all([
    fetchBytes(`${base}/table`).then(parseFeatureTable),
    fetchJson<Vocabulary>(`/api/runs/${run}/vocabulary`),
    fetchJson<DictionaryAnnotations>(`${base}/annotations`),
  ]);
  return indexWords(listTexts(table, vocabulary, joinWritten(annotations)));
}

function* listTexts(
  table: FeatureTable,
  { tokens, endOfText }: Vocabulary,
  written: ReadonlyMap<number, string>,
): Generator<readonly [number, readonly string[]]> {
  const known = new Map<number, readonly string[]>([[endOfText, []]]);
  const wordsOf = (token: number) => {
    const words = known.get(token) ?? listWords(decodeToken(tokens[token] ?? ""));
    known.set(token, words);
    return words;
  };
  for (const feature of table.firings.keys())
    yield [feature, [...listSearchTokens(table, feature).flatMap(wordsOf), ...listWords(written.get(feature) ?? "")]];
}

function decodeToken(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

function findBeginning(index: WordIndex, beginning: string): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [word, features] of index)
    if (word.startsWith(beginning)) for (const feature of features) found.add(feature);
  return found;
}
