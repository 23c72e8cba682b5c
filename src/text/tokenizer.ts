import { createByteEncoder } from "./encode-bytes.ts";
import { createPreTokenizer } from "./pre-tokenize.ts";

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
/** Longer slices are not copied by V8: as cache keys they would keep the whole text they were cut from alive. */
const CACHED_LENGTH = 12;

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
    const length = sequenceLength(bytes[at]!);
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

function sequenceLength(firstByte: number): number {
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

function createIdBuffer(textLength: number): { append(ids: readonly number[]): void; finish(): Int32Array } {
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

function createCachedWordEncoder(definition: TokenizerDefinition): (word: string) => readonly number[] {
  const encodeBytes = createByteEncoder(definition);
  const cache = new Map<string, readonly number[]>();
  const utf8 = new TextEncoder();
  let scratch = new Uint8Array(256);
  return (word) => {
    const known = cache.get(word);
    if (known !== undefined) return known;
    if (3 * word.length > scratch.length) scratch = new Uint8Array(6 * word.length);
    const ids = encodeBytes(scratch, utf8.encodeInto(word, scratch).written);
    if (word.length <= CACHED_LENGTH) {
      if (cache.size >= CACHE_ENTRIES) cache.clear();
      cache.set(word, ids);
    }
    return ids;
  };
}
