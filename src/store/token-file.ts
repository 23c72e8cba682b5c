import { readFileSync } from "node:fs";
import { UserError } from "../numerics/user-error.ts";
import type { TokenStream } from "../text/contexts.ts";
import type { RunPaths, Split } from "./run-directory.ts";
import { writeAtomically } from "./write-atomically.ts";

/**
 * One split of the corpus on disk: `<split>.tokens` holds little-endian token ids (2 bytes each up to a vocabulary of 65,536,
 * else 4), `<split>.documents.jsonl` one line a document with the offset of its first token and its labels.
 */
export function writeTokenStream(paths: RunPaths, split: Split, stream: TokenStream): void {
  const { tokens, documentStarts, documentLabels } = stream;
  writeAtomically(paths.corpus.tokens(split), new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength));
  const lines = documentLabels.map((labels, d) => `${JSON.stringify({ start: documentStarts[d], labels })}\n`);
  writeAtomically(paths.corpus.documents(split), lines.join(""));
}

/** Reads a split written by `writeTokenStream`. */
export function readTokenStream(paths: RunPaths, split: Split, vocabularySize: number): TokenStream {
  const bytes = readFileSync(paths.corpus.tokens(split));
  const copy = new Uint8Array(bytes).buffer;
  const width = vocabularySize <= 65_536 ? 2 : 4;
  if (bytes.byteLength % width !== 0)
    throw new UserError(
      `${paths.corpus.tokens(split)} is damaged: ${bytes.byteLength} bytes is no whole number of tokens; run tokenize again`,
    );
  const documents = readFileSync(paths.corpus.documents(split), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { start: number; labels: Record<string, string> });
  return {
    tokens: width === 2 ? new Uint16Array(copy) : new Uint32Array(copy),
    documentStarts: Uint32Array.from(documents, (document) => document.start),
    documentLabels: documents.map((document) => document.labels),
  };
}
