import type { Dictionary } from "../autoencoder/dictionary.ts";
import type { Example, ExampleGroup, FeatureRecord } from "../features/feature-record.ts";
import { INTERVALS } from "../features/feature-record.ts";
import { activationAt, type CodeBatch, createCodeScan } from "../features/scan-codes.ts";
import { locateToken, readWindow, type SearchedText, tokenIdAt } from "../features/searched-text.ts";
import type { SiteName } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { createPermutation } from "../numerics/permutation.ts";
import type { PassagePool } from "./compose-examples.ts";
import type { Passage, PassageSource } from "./passage.ts";

/** Drawn of each kind, more than are needed: some repeat others, and silence is wanted of some. */
const RANDOM_PASSAGES = 80;
const ELSEWHERE_PASSAGES = 60;
const BATCH = 32;

/** Where passages are looked for, and of which features. */
export interface CollectPassagesOptions {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly site: SiteName;
  readonly text: SearchedText;
  readonly records: readonly FeatureRecord[];
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** How far the search is. */
export interface CollectPassagesProgress {
  readonly contexts: number;
  readonly ofContexts: number;
}

/** A passage whose activations are not known yet. */
interface Wanted {
  readonly feature: number;
  readonly source: PassageSource;
  /** Place among the searched tokens. */
  readonly token: number;
}

/**
 * The passages of each record's feature: those of its page, and random ones and its top tokens elsewhere, for which the model runs over
 * the contexts they lie in.
 */
export async function* collectPassages(
  options: CollectPassagesOptions,
): AsyncGenerator<CollectPassagesProgress, Map<number, PassagePool>> {
  const { text, records } = options;
  const occurrences = indexOccurrences(text, records);
  const wanted = records.flatMap((record) => [
    ...chooseRandom(text, record.index, options.seed),
    ...chooseElsewhere(record, occurrences, options.seed),
  ]);
  const found = yield* fillActivations(options, wanted);
  const byFeature = Map.groupBy(found, ({ feature }) => feature);
  return new Map(
    records.map((record) => [record.index, createPool(record, (byFeature.get(record.index) ?? []).map(stripFeature))]),
  );
}

function createPool({ groups }: FeatureRecord, drawn: readonly Passage[]): PassagePool {
  const listGroup = (kind: Exclude<ExampleGroup["kind"], "interval">, source: PassageSource): Passage[] =>
    (groups.find((group) => group.kind === kind)?.examples ?? []).map((example) => toPassage(example, source));
  const listInterval = (interval: number): Passage[] => {
    const group = groups.find((one) => one.kind === "interval" && one.interval === interval);
    return (group?.examples ?? []).map((example) => toPassage(example, { kind: "interval", interval }));
  };
  return {
    top: listGroup("top", { kind: "top" }),
    intervals: Array.from({ length: INTERVALS }, (_, interval) => listInterval(interval)),
    bottom: listGroup("bottom", { kind: "bottom" }),
    firings: listGroup("random", { kind: "firing" }),
    random: drawn.filter(({ source }) => source.kind === "random"),
    elsewhere: drawn.filter(({ source }) => source.kind === "elsewhere"),
  };
}

function toPassage({ context, position, document, tokens, activations }: Example, source: PassageSource): Passage {
  return { source, context, position, document, tokens, activations };
}

/** Tokens of the text whose windows lie within their context. */
function* chooseRandom({ contexts, contextLength: T, window }: SearchedText, feature: number, seed: number) {
  const total = contexts.length * T;
  const permute = createPermutation(total, seed, "random passages", feature);
  for (let drawn = 0, i = 0; drawn < RANDOM_PASSAGES && i < total; i++) {
    const token = permute(i);
    if (token % T < window || token % T >= T - window) continue;
    drawn++;
    yield { feature, source: { kind: "random" }, token } satisfies Wanted;
  }
}

/** Where each token that is the centre of a top example stands in the text, its window within its context. */
function indexOccurrences(text: SearchedText, records: readonly FeatureRecord[]): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (const record of records) for (const id of listCentres(record)) places.set(id, []);
  const { contextLength: T, window } = text;
  for (let token = 0; token < text.contexts.length * T; token++) {
    if (token % T >= window && token % T < T - window) places.get(tokenIdAt(text, token))?.push(token);
  }
  return places;
}

function listCentres({ groups, window }: FeatureRecord): number[] {
  const top = groups.find(({ kind }) => kind === "top")?.examples ?? [];
  return [...new Set(top.map(({ tokens }) => tokens[window]!))];
}

/** Occurrences of the top tokens, of each as many as of any other as long as there are some, at random. */
function* chooseElsewhere(
  record: FeatureRecord,
  occurrences: ReadonlyMap<number, readonly number[]>,
  seed: number,
): Generator<Wanted> {
  const lists = listCentres(record).map((id) => {
    const places = occurrences.get(id)!;
    const permute = createPermutation(Math.max(1, places.length), seed, "elsewhere", record.index, id);
    return { length: places.length, placeAt: (i: number) => places[permute(i)]! };
  });
  let drawn = 0;
  for (let round = 0; drawn < ELSEWHERE_PASSAGES && lists.some(({ length }) => round < length); round++) {
    for (const { length, placeAt } of lists) {
      if (round >= length || drawn === ELSEWHERE_PASSAGES) continue;
      drawn++;
      yield { feature: record.index, source: { kind: "elsewhere" }, token: placeAt(round) };
    }
  }
}

type FoundPassage = Passage & { readonly feature: number };

async function* fillActivations(
  { model, dictionary, site, text, signal }: CollectPassagesOptions,
  wanted: readonly Wanted[],
): AsyncGenerator<CollectPassagesProgress, FoundPassage[]> {
  const T = text.contextLength;
  const byPlace = Map.groupBy(wanted, ({ token }) => Math.floor(token / T));
  const places = [...byPlace.keys()].sort((a, b) => a - b);
  const contexts = Int32Array.from(places, (place) => text.contexts[place]!);
  const found: FoundPassage[] = [];
  if (places.length === 0) return found;
  const scan = createCodeScan({
    model,
    dictionary,
    site,
    stream: text.stream,
    contexts,
    batch: BATCH,
    memory: 0,
    signal,
  });
  for (let index = 0; index < scan.batches; index++) {
    const codes = await scan.batch(index);
    for (let i = 0; i < codes.contexts; i++) {
      const inContext = byPlace.get(places[codes.firstContext + i]!)!;
      for (const one of inContext) found.push(readPassage(text, one, codes, i * T));
    }
    yield { contexts: codes.firstContext + codes.contexts, ofContexts: contexts.length };
  }
  scan.release();
  return found;
}

function readPassage(text: SearchedText, { feature, source, token }: Wanted, codes: CodeBatch, firstRow: number) {
  const tokens = readWindow(text, token);
  const row = firstRow + (token % text.contextLength) - text.window;
  const activations = tokens.map((id, place) => (id < 0 ? 0 : activationAt(codes, row + place, feature)));
  return { feature, source, ...locateToken(text, token), tokens, activations };
}

function stripFeature({ feature: _, ...passage }: FoundPassage): Passage {
  return passage;
}
