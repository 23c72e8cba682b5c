import type { Tokenizer } from "./tokenizer.ts";

/** A text as the model reads a new document: the separator, then its tokens. */
export function startDocument(tokenizer: Tokenizer, text: string): Int32Array {
  const encoded = tokenizer.encode(text);
  const ids = new Int32Array(1 + encoded.length);
  ids[0] = tokenizer.endOfText;
  ids.set(encoded, 1);
  return ids;
}
