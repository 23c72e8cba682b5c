import { createPriorityQueue, type PriorityQueue } from "./priority-queue.ts";
import type { Merge } from "./tokenizer.ts";
import { utf8Length } from "./utf8-length.ts";

interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** First and last place in the table of symbols where the pair begins, linked by the `PlaceLists`; -1 for none. */
  first: number;
  last: number;
}

interface Candidate {
  readonly pair: Pair;
  readonly count: number;
}

/** Every distinct word's symbols one after another, linked so that merging is O(1); -1 marks a consumed place and the ends of words. */
interface SymbolTable {
  readonly symbols: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** How often the word around a place occurs. */
  readonly counts: Uint32Array;
}

export interface LearningLimits {
  /** The bytes of each id known before; each new token is appended. */
  readonly tokens: Uint8Array[];
  /** Learning ends when there are this many tokens. */
  readonly vocabularySize: number;
  /** Learning ends when the best pair occurs fewer times. */
  readonly minimumCount: number;
}

/**
 * Yields BPE merges, most frequent pair first and smaller ids first among equals, for words that occur `counts` times.
 * Pair counts are updated where a merge happens and a heap with stale entries finds the next, so the work is proportional to
 * the symbols that change. Ids below 256 must be the bytes themselves.
 */
export function* learnMerges(
  words: readonly string[],
  counts: readonly number[],
  { tokens, vocabularySize, minimumCount }: LearningLimits,
): Generator<Merge> {
  const table = createSymbolTable(words, counts);
  const pairs = createPairCounts(vocabularySize, table.symbols.length);
  for (let at = 0; at < table.symbols.length; at++) addPair(table, pairs, at);
  pairs.offerGrown();
  const idOfBytes = new Map(tokens.map((bytes, id) => [bytes.join(), id]));

  while (tokens.length < vocabularySize) {
    const pair = pairs.takeBest();
    if (pair === undefined || pair.count < minimumCount) return;
    const { left, right } = pair;
    const bytes = concatenate(tokens[left]!, tokens[right]!);
    const merged = idOfBytes.get(bytes.join()) ?? tokens.length;
    if (merged === tokens.length) {
      tokens.push(bytes);
      idOfBytes.set(bytes.join(), merged);
    }
    mergeEverywhere(table, pairs, pair, merged);
    yield { left, right, merged };
  }
}

function createSymbolTable(words: readonly string[], wordCounts: readonly number[]): SymbolTable {
  const utf8 = new TextEncoder();
  const size = words.reduce((sum, word) => sum + utf8Length(word), 0);
  const bytes = new Uint8Array(size);
  const next = new Int32Array(size);
  const previous = new Int32Array(size);
  const counts = new Uint32Array(size);
  let start = 0;
  for (const [w, word] of words.entries()) {
    const end = start + utf8.encodeInto(word, bytes.subarray(start)).written;
    counts.fill(wordCounts[w]!, start, end);
    for (let at = start; at < end; at++) {
      previous[at] = at === start ? -1 : at - 1;
      next[at] = at === end - 1 ? -1 : at + 1;
    }
    start = end;
  }
  return { symbols: Int32Array.from(bytes), next, previous, counts };
}

interface PairCounts {
  /** Counts the pair that begins at a place `count` times more. */
  add(left: number, right: number, count: number, at: number): void;
  /** Takes back what `add` counted for the place. */
  remove(left: number, right: number, count: number, at: number): void;
  /** The places where a pair begins. */
  placesOf(pair: Pair): number[];
  /** Puts the pairs that grew since the last call into the heap. */
  offerGrown(): void;
  /** Removes and returns the pair with the highest count. */
  takeBest(): Pair | undefined;
}

function createPairCounts(vocabularySize: number, places: number): PairCounts {
  const pairs = new Map<number, Pair>();
  const grown = new Set<Pair>();
  const queue: PriorityQueue<Candidate> = createPriorityQueue(precedes);
  const lists = createPlaceLists(places);
  return {
    add: (left, right, count, at) => {
      const key = left * vocabularySize + right;
      let pair = pairs.get(key);
      if (pair === undefined) {
        pair = { left, right, count: 0, first: -1, last: -1 };
        pairs.set(key, pair);
      }
      pair.count += count;
      lists.append(pair, at);
      grown.add(pair);
    },
    remove: (left, right, count, at) => {
      const pair = pairs.get(left * vocabularySize + right)!;
      pair.count -= count;
      lists.remove(pair, at);
    },
    placesOf: lists.placesOf,
    offerGrown: () => {
      for (const pair of grown) queue.push({ pair, count: pair.count });
      grown.clear();
    },
    takeBest: () => {
      for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
        const { pair, count } = best;
        if (pair.count === count && count > 0) return pair;
        if (pair.count > 0 && pair.count < count) queue.push({ pair, count: pair.count });
      }
      return undefined;
    },
  };
}

interface PlaceLists {
  append(pair: Pair, at: number): void;
  remove(pair: Pair, at: number): void;
  placesOf(pair: Pair): number[];
}

/** Doubly linked lists of places: a place begins one pair at a time, so two arrays hold the lists of all pairs. */
function createPlaceLists(places: number): PlaceLists {
  const after = new Int32Array(places);
  const before = new Int32Array(places);
  return {
    append: (pair, at) => {
      before[at] = pair.last;
      after[at] = -1;
      if (pair.last >= 0) after[pair.last] = at;
      else pair.first = at;
      pair.last = at;
    },
    remove: (pair, at) => {
      const earlier = before[at]!;
      const later = after[at]!;
      if (earlier >= 0) after[earlier] = later;
      else pair.first = later;
      if (later >= 0) before[later] = earlier;
      else pair.last = earlier;
    },
    placesOf: (pair) => {
      const list: number[] = [];
      for (let at = pair.first; at >= 0; at = after[at]!) list.push(at);
      return list;
    },
  };
}

function precedes(a: Candidate, b: Candidate): boolean {
  if (a.count !== b.count) return a.count > b.count;
  if (a.pair.left !== b.pair.left) return a.pair.left < b.pair.left;
  return a.pair.right < b.pair.right;
}

function addPair({ symbols, next, counts }: SymbolTable, pairs: PairCounts, at: number): void {
  const after = at < 0 ? -1 : next[at]!;
  if (after >= 0) pairs.add(symbols[at]!, symbols[after]!, counts[at]!, at);
}

function removePair({ symbols, next, counts }: SymbolTable, pairs: PairCounts, at: number): void {
  const after = at < 0 ? -1 : next[at]!;
  if (after >= 0) pairs.remove(symbols[at]!, symbols[after]!, counts[at]!, at);
}

function mergeEverywhere(table: SymbolTable, pairs: PairCounts, pair: Pair, merged: number): void {
  const { symbols, next, previous } = table;
  const places = pairs.placesOf(pair);
  // Overlapping pairs ("aaa") are merged from the left, as the encoder does.
  if (pair.left === pair.right) places.sort((a, b) => a - b);
  for (const at of places) {
    const consumed = next[at]!;
    if (symbols[at] !== pair.left || consumed < 0 || symbols[consumed] !== pair.right) continue;
    removePair(table, pairs, previous[at]!);
    removePair(table, pairs, at);
    removePair(table, pairs, consumed);
    symbols[at] = merged;
    symbols[consumed] = -1;
    next[at] = next[consumed]!;
    next[consumed] = -1;
    if (next[at]! >= 0) previous[next[at]!] = at;
    addPair(table, pairs, previous[at]!);
    addPair(table, pairs, at);
  }
  pairs.offerGrown();
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
