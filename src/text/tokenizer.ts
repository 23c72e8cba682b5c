import { createPreTokenizer } from "./pre-tokenize.ts";
import { createPriorityQueue } from "./priority-queue.ts";

/** The text of the one special token, which separates documents and is never produced from text. */
export const END_OF_TEXT = "<|endoftext|>";

/** One step of byte-pair encoding: the neighbours `left` and `right` become `merged`. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  readonly merged: number;
}

/** A byte-level BPE tokenizer as data: the bytes of each id (none for `endOfText`) and the merges, first rank first. */
export interface TokenizerDefinition {
  readonly tokens: readonly Uint8Array[];
  readonly merges: readonly Merge[];
  readonly endOfText: number;
}

/** Text to token ids and back. */
export interface Tokenizer {
  readonly vocabularySize: number;
  readonly endOfText: number;
  /** The ids of a text; lone surrogates count as U+FFFD, and `endOfText` never occurs. */
  encode(text: string): Int32Array;
  /** The text of ids: the inverse of `encode` on well-formed text; bytes that are no UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>): string;
  /** The bytes a token stands for; none for `endOfText`. */
  tokenBytes(id: number): Uint8Array;
  /** A token for display: its text, with each byte that is not part of a whole character written like `\xd8`. */
  tokenText(id: number): string;
}

const CACHE_ENTRIES = 65_536;
const CACHED_LENGTH = 48;

/** A tokenizer with GPT-2's pre-tokeniser for a definition that `trainTokenizer` or `parseTokenizerJson` made. */
export function createTokenizer(definition: TokenizerDefinition): Tokenizer {
  const { tokens, endOfText } = definition;
  const preTokenize = createPreTokenizer();
  const encodeWord = createCachedWordEncoder(definition);
  return {
    vocabularySize: tokens.length,
    endOfText,
    encode: (text) => {
      const wellFormed = text.toWellFormed();
      const ids = createIdBuffer(wellFormed.length);
      preTokenize(wellFormed, (start, end) => ids.append(encodeWord(wellFormed.slice(start, end))));
      return ids.finish();
    },
    decode: (ids) => decodeIds(definition, ids),
    tokenBytes: (id) => tokens[id]!,
    tokenText: (id) => (id === endOfText ? END_OF_TEXT : renderBytes(tokens[id]!)),
  };
}

/** The bytes as text, each byte that is not part of a whole UTF-8 character as `\x` and two hexadecimal digits. */
export function renderBytes(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = utf8Length(bytes[at]!);
    try {
      text += decoder.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += `\\x${bytes[at]!.toString(16).padStart(2, "0")}`;
      at++;
    }
  }
  return text;
}

function utf8Length(firstByte: number): number {
  if (firstByte < 0xc0) return 1;
  if (firstByte < 0xe0) return 2;
  return firstByte < 0xf0 ? 3 : 4;
}

function decodeIds({ tokens, endOfText }: TokenizerDefinition, ids: ArrayLike<number>): string {
  const separator = new TextEncoder().encode(END_OF_TEXT);
  const bytesOf = (id: number) => (id === endOfText ? separator : tokens[id]!);
  let length = 0;
  for (let i = 0; i < ids.length; i++) length += bytesOf(ids[i]!).length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < ids.length; i++) {
    const token = bytesOf(ids[i]!);
    bytes.set(token, at);
    at += token.length;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function createIdBuffer(textLength: number): { append(ids: ArrayLike<number>): void; finish(): Int32Array } {
  let buffer = new Int32Array(Math.max(16, Math.ceil(textLength / 2)));
  let length = 0;
  return {
    append: (ids) => {
      if (length + ids.length > buffer.length) {
        const grown = new Int32Array(2 * (length + ids.length));
        grown.set(buffer.subarray(0, length));
        buffer = grown;
      }
      for (let i = 0; i < ids.length; i++) buffer[length++] = ids[i]!;
    },
    finish: () => buffer.slice(0, length),
  };
}

function createCachedWordEncoder(definition: TokenizerDefinition): (word: string) => ArrayLike<number> {
  const encodeBytes = createByteEncoder(definition);
  const utf8 = new TextEncoder();
  const plain = new TextDecoder("utf-8", { ignoreBOM: true });
  const cache = new Map<string, Int32Array>();
  return (word) => {
    const known = cache.get(word);
    if (known !== undefined) return known;
    const bytes = utf8.encode(word);
    const ids = encodeBytes(bytes);
    if (word.length <= CACHED_LENGTH) {
      if (cache.size >= CACHE_ENTRIES) cache.clear();
      // A fresh string: a slice would keep the whole text it was cut from alive.
      cache.set(plain.decode(bytes), ids);
    }
    return ids;
  };
}

/**
 * BPE on the bytes of one pre-token: the merge of lowest rank first, leftmost first among equals, until none applies.
 * A linked list and a heap of (rank, position), so a word of n bytes takes O(n log n).
 */
function createByteEncoder({ tokens, merges }: TokenizerDefinition): (bytes: Uint8Array) => Int32Array {
  const vocabularySize = tokens.length;
  const rankOf = new Map(merges.map(({ left, right }, rank) => [left * vocabularySize + right, rank]));
  const idOfByte = new Int32Array(256);
  for (const [id, token] of tokens.entries()) if (token.length === 1) idOfByte[token[0]!] = id;
  const queue = createPriorityQueue<number>((a, b) => a < b);

  return (bytes) => {
    const n = bytes.length;
    const ids = Int32Array.from(bytes, (byte) => idOfByte[byte]!);
    const next = Int32Array.from(ids, (_, i) => i + 1);
    const previous = Int32Array.from(ids, (_, i) => i - 1);
    const rankAt = (at: number): number => {
      if (at < 0 || next[at]! >= n) return -1;
      return rankOf.get(ids[at]! * vocabularySize + ids[next[at]!]!) ?? -1;
    };
    const offer = (at: number): void => {
      const rank = rankAt(at);
      if (rank >= 0) queue.push(rank * 2 ** 32 + at);
    };
    for (let at = 0; at < n; at++) offer(at);
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      const rank = Math.floor(entry / 2 ** 32);
      const at = entry % 2 ** 32;
      if (ids[at] === -1 || rankAt(at) !== rank) continue;
      const consumed = next[at]!;
      ids[at] = merges[rank]!.merged;
      ids[consumed] = -1;
      next[at] = next[consumed]!;
      if (next[at]! < n) previous[next[at]!] = at;
      offer(previous[at]!);
      offer(at);
    }
    return ids.filter((id) => id !== -1);
  };
}
