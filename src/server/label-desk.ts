import { readFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { type FeatureTable, parseFeatureTable } from "../features/feature-table.ts";
import { joinWritten, listSearchTokens } from "../features/search-words.ts";
import { exportAnnotations, importAnnotations } from "../store/annotation-exchange.ts";
import {
  annotationChangeSchema,
  annotationFileSchema,
  listChangeSchema,
  listCreationSchema,
  parseAnnotationText,
} from "../store/annotation-schema.ts";
import { type AnnotatedFeature, type Annotations, openAnnotations } from "../store/annotations.ts";
import { openRatings, type Ratings } from "../store/ratings.ts";
import { createSearchIndex, type SearchIndex } from "../store/search-index.ts";
import { parseTokenizerJson } from "../text/tokenizer-json.ts";
import type { SearchAnswer } from "./api.ts";
import { createRatingDesk, type RatingDesk } from "./rating-desk.ts";

/** A dictionary to search in. */
export interface SearchedDictionary {
  /** The run's `labels.sqlite`. */
  readonly labels: string;
  readonly dictionary: string;
  /** Which pack, and with it which weights. */
  readonly pack: string;
  readonly weights: string;
}

/**
 * Everything that touches the databases, in one thread of its own: the thread that serves waits for no disk. Takes bodies as they
 * came, checks them, and answers with JSON texts that can be sent as they are; a `UserError` says what is wrong with a body.
 */
export interface LabelDesk extends RatingDesk {
  readonly read: (labels: string, dictionary: string, weights: string) => string;
  readonly change: (labels: string, of: AnnotatedFeature, body: string) => string;
  readonly lists: (labels: string) => string;
  readonly createList: (labels: string, body: string) => string;
  /** Null where there is no such list. */
  readonly changeList: (labels: string, id: number, body: string) => string | null;
  readonly deleteList: (labels: string, id: number) => boolean;
  readonly exportAll: (labels: string) => string;
  readonly importAll: (labels: string, body: string) => string;
  /** Null where the words of this pack were not given yet: `index` takes them. */
  readonly search: (dictionary: SearchedDictionary, query: string) => Promise<string | null>;
  readonly index: (dictionary: SearchedDictionary, table: Uint8Array, tokenizer: string) => Promise<void>;
}

interface Index {
  readonly words: SearchIndex;
  readonly tokens: (feature: number) => string;
  readonly features: number;
  /** What was written by people, by feature, and its version. */
  labels: ReadonlyMap<number, string>;
  version: string;
}

const ROWS_AT_ONCE = 1000;
const KEPT_INDICES = 4;
const KEPT_DATABASES = 64;

/** A desk that opens databases as they are asked for, and keeps the indices of the four dictionaries searched last. */
export function createLabelDesk(): LabelDesk {
  const databases = new Map<string, Annotations>();
  const indices = new Map<string, Promise<Index>>();
  const open = (labels: string) => keep(databases, labels, KEPT_DATABASES, () => openAnnotations(labels));
  const ratings = new Map<string, Ratings>();
  return {
    ...createRatingDesk((path) => keep(ratings, path, KEPT_DATABASES, () => openRatings(path))),
    read: (labels, dictionary, weights) => JSON.stringify(open(labels).read(dictionary, weights)),
    change: (labels, of, body) => {
      const change = parseAnnotationText(annotationChangeSchema, body, "the annotation");
      return JSON.stringify(open(labels).change(of, change, readClock()));
    },
    lists: (labels) => JSON.stringify({ lists: open(labels).lists() }),
    createList: (labels, body) => {
      const { title } = parseAnnotationText(listCreationSchema, body, "the list");
      return JSON.stringify(open(labels).createList(title, readClock()));
    },
    changeList: (labels, id, body) => {
      const { title, items } = parseAnnotationText(listChangeSchema, body, "the list");
      const list = open(labels).changeList(id, title, items, readClock());
      return list === undefined ? null : JSON.stringify(list);
    },
    deleteList: (labels, id) => open(labels).deleteList(id),
    exportAll: (labels) => JSON.stringify(exportAnnotations(labels), null, 1),
    importAll: (labels, body) => {
      const file = parseAnnotationText(annotationFileSchema, body, "the file");
      return JSON.stringify(importAnnotations(labels, file, readClock()));
    },
    search: async (dictionary, query) => {
      const index = await indices.get(nameIndex(dictionary));
      if (index === undefined) return null;
      refreshLabels(index, open(dictionary.labels), dictionary);
      return renderAnswer(index.words.search(query));
    },
    index: async (dictionary, table, tokenizer) => {
      const name = nameIndex(dictionary);
      for (const other of indices.keys())
        if (other.startsWith(`${dictionary.labels} ${dictionary.dictionary} `) && other !== name) indices.delete(other);
      const index = keep(indices, name, KEPT_INDICES, () => buildIndex(parseFeatureTable(table), tokenizer));
      index.catch(() => indices.delete(name));
      await index;
    },
  };
}

function nameIndex({ labels, dictionary, pack }: SearchedDictionary): string {
  return `${labels} ${dictionary} ${pack}`;
}

/** The JSON of a `SearchAnswer` around an array that is JSON already. */
function renderAnswer(features: string): string {
  return `{${JSON.stringify("features" satisfies keyof SearchAnswer)}:${features}}`;
}

/** An entry of a map that holds the ones asked for last. */
function keep<T>(map: Map<string, T>, key: string, limit: number, create: () => T): T {
  const value = map.get(key) ?? create();
  map.delete(key);
  map.set(key, value);
  if (map.size > limit) map.delete(map.keys().next().value!);
  return value;
}

function readClock(): string {
  return new Date().toISOString();
}

/** The tokens of all features, a thousand at a time, so that other questions are answered between. */
async function buildIndex(table: FeatureTable, tokenizerPath: string): Promise<Index> {
  const names = readTokenNames(await readFile(tokenizerPath, "utf8"), tokenizerPath);
  const words = createSearchIndex();
  const features = table.firings.length;
  const tokens = (feature: number) =>
    listSearchTokens(table, feature)
      .map((token) => names[token] ?? "")
      .join(" ");
  for (let first = 0; first < features; first += ROWS_AT_ONCE) {
    const length = Math.min(ROWS_AT_ONCE, features - first);
    words.write(Array.from({ length }, (_, index) => [first + index, tokens(first + index)] as const));
    await setImmediate();
  }
  return { words, tokens, features, labels: new Map(), version: "none" };
}

function readTokenNames(text: string, path: string): string[] {
  const decoder = new TextDecoder();
  const { tokens, endOfText } = parseTokenizerJson(JSON.parse(text), path);
  return tokens.map((bytes, id) => (id === endOfText ? "" : decoder.decode(bytes)));
}

/** Takes what was written since the last search into the index. */
function refreshLabels(index: Index, annotations: Annotations, of: SearchedDictionary): void {
  const version = annotations.version();
  if (version === index.version) return;
  const written = joinWritten(annotations.read(of.dictionary, of.weights));
  const labels = new Map([...written].filter(([feature]) => feature < index.features));
  const features = [...new Set([...index.labels.keys(), ...labels.keys()])];
  const changed = features.filter((feature) => labels.get(feature) !== index.labels.get(feature));
  index.words.write(changed.map((feature) => [feature, `${index.tokens(feature)} ${labels.get(feature) ?? ""}`]));
  index.labels = labels;
  index.version = version;
}
