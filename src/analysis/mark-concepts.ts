import { documentAt, type TokenStream } from "../text/contexts.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { Concept } from "./concepts.ts";

/** Where truth is wanted. */
export interface MarkConceptsOptions {
  readonly stream: TokenStream;
  readonly tokenizer: Pick<Tokenizer, "endOfText" | "tokenBytes">;
  readonly contextLength: number;
  readonly contexts: Int32Array;
  readonly concepts: readonly Concept[];
}

/** Bytes of a character beyond its first, at most: so many tokens on each side may share a character with a token. */
const FURTHER_BYTES = 3;

/** For each concept, 1 for the tokens that belong to it and 0 for the others, [contexts * contextLength], context by context. */
export function markConcepts(options: MarkConceptsOptions): Uint8Array[] {
  const { contexts, contextLength: T, concepts } = options;
  const truths = concepts.map(() => new Uint8Array(contexts.length * T));
  const mark = createMarker(options);
  contexts.forEach((context, i) => {
    mark(
      context * T,
      truths.map((truth) => truth.subarray(i * T, (i + 1) * T)),
    );
  });
  return truths;
}

type Marker = (start: number, truths: readonly Uint8Array[]) => void;

function createMarker({ stream, tokenizer, concepts }: MarkConceptsOptions): Marker {
  const scriptsOf = createScriptTest(concepts);
  return (start, truths) => {
    const { bytes, owners } = spellOut(stream, tokenizer, start, truths[0]?.length ?? 0);
    for (let at = 0; at < bytes.length; ) {
      const { codePoint, length } = readCharacter(bytes, at);
      const scripts = codePoint < 0 ? [] : scriptsOf(codePoint);
      for (const c of scripts) {
        for (let b = at; b < at + length; b++) truths[c]![owners[b]!] = 1; // writes outside the array are ignored
      }
      at += length;
    }
    markDomains(stream, tokenizer.endOfText, concepts, start, truths);
  };
}

/** The bytes of a context and of the tokens beside it, each with the position in the context of the token it is from. */
function spellOut(
  stream: TokenStream,
  tokenizer: MarkConceptsOptions["tokenizer"],
  start: number,
  length: number,
): { bytes: number[]; owners: number[] } {
  const bytes: number[] = [];
  const owners: number[] = [];
  const from = Math.max(0, start - FURTHER_BYTES);
  const to = Math.min(stream.tokens.length, start + length + FURTHER_BYTES);
  for (let i = from; i < to; i++) {
    for (const byte of tokenizer.tokenBytes(stream.tokens[i]!)) {
      bytes.push(byte);
      owners.push(i - start);
    }
  }
  return { bytes, owners };
}

/** The character that begins at a byte; code point -1 and length 1 where none does. */
function readCharacter(bytes: readonly number[], at: number): { codePoint: number; length: number } {
  const first = bytes[at]!;
  if (first < 0x80) return { codePoint: first, length: 1 };
  const malformed = { codePoint: -1, length: 1 };
  if (first < 0xc2 || first > 0xf4) return malformed;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let codePoint = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return malformed;
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  return codePoint > 0x10ffff ? malformed : { codePoint, length };
}

/** The indices of the script concepts that a code point belongs to, each code point looked at once. */
function createScriptTest(concepts: readonly Concept[]): (codePoint: number) => readonly number[] {
  const tests = concepts.flatMap(({ rule }, index) =>
    rule.kind === "script" ? [{ index, pattern: new RegExp(`^\\p{Script=${rule.script}}$`, "u") }] : [],
  );
  const known = new Map<number, readonly number[]>();
  return (codePoint) => {
    const cached = known.get(codePoint);
    if (cached !== undefined) return cached;
    const character = String.fromCodePoint(codePoint);
    const scripts = tests.filter(({ pattern }) => pattern.test(character)).map(({ index }) => index);
    known.set(codePoint, scripts);
    return scripts;
  };
}

function markDomains(
  stream: TokenStream,
  endOfText: number,
  concepts: readonly Concept[],
  start: number,
  truths: readonly Uint8Array[],
): void {
  let document = documentAt(stream, start);
  for (let position = 0; position < (truths[0]?.length ?? 0); position++) {
    while (stream.documentStarts[document + 1]! <= start + position) document++;
    if (stream.tokens[start + position] === endOfText) continue;
    const domain = stream.documentLabels[document]?.domain;
    concepts.forEach(({ rule }, c) => {
      if (rule.kind === "domain" && domain !== undefined && rule.domains.includes(domain)) truths[c]![position] = 1;
    });
  }
}
