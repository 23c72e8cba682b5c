import { createPermutation } from "../numerics/permutation.ts";
import type { Document } from "./document.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A corpus as tokens: each document is `endOfText` followed by its own tokens. */
export interface TokenStream {
  readonly tokens: Uint16Array | Uint32Array;
  /** Offset in `tokens` of each document's separator, ascending. */
  readonly documentStarts: Uint32Array;
  readonly documentLabels: readonly Readonly<Record<string, string>>[];
}

/** Grows a token stream document by document. */
export interface TokenStreamBuilder {
  readonly documents: number;
  readonly tokens: number;
  add(document: Document): void;
  finish(): TokenStream;
}

/** An empty stream for a tokenizer's ids: 2 bytes each up to a vocabulary of 65,536, else 4. */
export function createTokenStreamBuilder(tokenizer: Tokenizer): TokenStreamBuilder {
  const IdArray = tokenizer.vocabularySize <= 65_536 ? Uint16Array : Uint32Array;
  let buffer = new IdArray(1 << 16);
  let length = 0;
  const documentStarts: number[] = [];
  const documentLabels: Readonly<Record<string, string>>[] = [];
  return {
    get documents() {
      return documentStarts.length;
    },
    get tokens() {
      return length;
    },
    add: ({ text, labels }) => {
      const ids = tokenizer.encode(text);
      const end = length + 1 + ids.length;
      if (end > buffer.length) {
        const grown = new IdArray(Math.max(2 * buffer.length, end));
        grown.set(buffer.subarray(0, length));
        buffer = grown;
      }
      documentStarts.push(length);
      documentLabels.push(labels);
      buffer[length] = tokenizer.endOfText;
      buffer.set(ids, length + 1);
      length = end;
    },
    finish: () => ({
      tokens: buffer.slice(0, length),
      documentStarts: Uint32Array.from(documentStarts),
      documentLabels: [...documentLabels],
    }),
  };
}

/** How many non-overlapping contexts the stream holds; each needs one token more, the target of its last position. */
export function countContexts(stream: TokenStream, contextLength: number): number {
  return Math.max(0, Math.floor((stream.tokens.length - 1) / contextLength));
}

/** `count` of `available` contexts, spread evenly over them. */
export function spreadContexts(available: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * available) / count));
}

/**
 * Writes context `k`, tokens [k T, k T + T), to `inputs` from `at` on, and the tokens that follow each to `targets`.
 * `k` must be below `countContexts`.
 */
export function readContext(
  stream: TokenStream,
  k: number,
  contextLength: number,
  inputs: Int32Array,
  targets: Int32Array,
  at: number,
): void {
  const start = k * contextLength;
  inputs.set(stream.tokens.subarray(start, start + contextLength), at);
  targets.set(stream.tokens.subarray(start + 1, start + contextLength + 1), at);
}

/** The order in which contexts are visited, as a function of the index alone. */
export interface ContextSampler {
  /** The context at a place of the endless order; each epoch of `count` places visits every context once. */
  contextAt(index: number): number;
}

/** The order for `count` (at least 1) contexts: a new permutation per epoch, decided by the seed, with no state to save. */
export function createContextSampler({ count, seed }: { count: number; seed: number }): ContextSampler {
  let cachedEpoch = -1;
  let permute: (index: number) => number = () => 0;
  return {
    contextAt: (index) => {
      const epoch = Math.floor(index / count);
      if (epoch !== cachedEpoch) {
        permute = createPermutation(count, seed, "contexts", epoch);
        cachedEpoch = epoch;
      }
      return permute(index - epoch * count);
    },
  };
}

/** The index of the document that holds a token of the stream. */
export function documentAt(stream: TokenStream, tokenIndex: number): number {
  let low = 0;
  let high = stream.documentStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (stream.documentStarts[middle]! <= tokenIndex) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The number of bytes of text each id stands for, 0 for `endOfText`: the denominator of bits per byte. */
export function tokenByteLengths(tokenizer: Tokenizer): Int32Array {
  return Int32Array.from({ length: tokenizer.vocabularySize }, (_, id) => tokenizer.tokenBytes(id).length);
}

/**
 * Tells which of `documents` documents are held out: a share of them chosen at random by the seed, at least one, and never
 * all (of a single document, none).
 */
export function createHeldOutSplit(documents: number, share: number, seed: number): (index: number) => boolean {
  const count = Math.min(documents - 1, Math.max(1, Math.round(share * documents)));
  const rank = createPermutation(documents, seed, "held out");
  return (index) => rank(index) < count;
}
