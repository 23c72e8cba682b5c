import { createPriorityQueue, type PriorityQueue } from "./priority-queue.ts";
import type { Merge } from "./tokenizer.ts";

interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Where the pair begins, or once began, in the table of symbols. */
  places: number[];
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
  readonly counts: Float64Array;
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
  words: readonly Uint8Array[],
  counts: readonly number[],
  { tokens, vocabularySize, minimumCount }: LearningLimits,
): Generator<Merge> {
  const table = createSymbolTable(words, counts);
  const pairs = createPairCounts(vocabularySize);
  for (let at = 0; at < table.symbols.length; at++) countPair(table, pairs, at, 1);
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

function createSymbolTable(words: readonly Uint8Array[], wordCounts: readonly number[]): SymbolTable {
  const size = words.reduce((sum, word) => sum + word.length, 0);
  const symbols = new Int32Array(size);
  const next = new Int32Array(size);
  const previous = new Int32Array(size);
  const counts = new Float64Array(size);
  let start = 0;
  for (const [w, word] of words.entries()) {
    const end = start + word.length;
    symbols.set(word, start);
    counts.fill(wordCounts[w]!, start, end);
    for (let at = start; at < end; at++) {
      previous[at] = at === start ? -1 : at - 1;
      next[at] = at === end - 1 ? -1 : at + 1;
    }
    start = end;
  }
  return { symbols, next, previous, counts };
}

interface PairCounts {
  /** Adds to the count of a pair that begins at a place; a positive change also records the place. */
  change(left: number, right: number, change: number, at: number): void;
  /** Puts the pairs that grew since the last call into the heap. */
  offerGrown(): void;
  /** Removes and returns the pair with the highest count. */
  takeBest(): Pair | undefined;
}

function createPairCounts(vocabularySize: number): PairCounts {
  const pairs = new Map<number, Pair>();
  const grown = new Set<Pair>();
  const queue: PriorityQueue<Candidate> = createPriorityQueue(precedes);
  return {
    change: (left, right, change, at) => {
      const key = left * vocabularySize + right;
      let pair = pairs.get(key);
      if (pair === undefined) {
        pair = { left, right, count: 0, places: [] };
        pairs.set(key, pair);
      }
      pair.count += change;
      if (change > 0) {
        pair.places.push(at);
        grown.add(pair);
      }
    },
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

function precedes(a: Candidate, b: Candidate): boolean {
  if (a.count !== b.count) return a.count > b.count;
  if (a.pair.left !== b.pair.left) return a.pair.left < b.pair.left;
  return a.pair.right < b.pair.right;
}

function countPair(table: SymbolTable, pairs: PairCounts, at: number, sign: 1 | -1): void {
  if (at < 0) return;
  const after = table.next[at]!;
  if (after >= 0) pairs.change(table.symbols[at]!, table.symbols[after]!, sign * table.counts[at]!, at);
}

function mergeEverywhere(table: SymbolTable, pairs: PairCounts, pair: Pair, merged: number): void {
  const { symbols, next, previous } = table;
  const places = pair.places;
  pair.places = [];
  // Overlapping pairs ("aaa") are merged from the left, as the encoder does.
  if (pair.left === pair.right) places.sort((a, b) => a - b);
  for (const at of places) {
    const consumed = next[at]!;
    if (symbols[at] !== pair.left || consumed < 0 || symbols[consumed] !== pair.right) continue;
    countPair(table, pairs, previous[at]!, -1);
    countPair(table, pairs, at, -1);
    countPair(table, pairs, consumed, -1);
    symbols[at] = merged;
    symbols[consumed] = -1;
    next[at] = next[consumed]!;
    next[consumed] = -1;
    if (next[at]! >= 0) previous[next[at]!] = at;
    countPair(table, pairs, previous[at]!, 1);
    countPair(table, pairs, at, 1);
  }
  pairs.offerGrown();
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
