import { type TokenStream, tokenByteLengths } from "../text/contexts.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/** How much text there is, and of what: documents and tokens by each value of the labels `domain` and `lang`. */
export interface TextSummary {
  readonly documents: number;
  readonly tokens: number;
  readonly bytes: number;
  readonly byDomain: Readonly<Record<string, { readonly documents: number; readonly tokens: number }>>;
  readonly byLanguage: Readonly<Record<string, { readonly documents: number; readonly tokens: number }>>;
}

/** Counts a token stream. */
export function measureText(stream: TokenStream, tokenizer: Tokenizer): TextSummary {
  const lengths = tokenByteLengths(tokenizer);
  let bytes = 0;
  for (const token of stream.tokens) bytes += lengths[token]!;
  return {
    documents: stream.documentStarts.length,
    tokens: stream.tokens.length,
    bytes,
    byDomain: countBy(stream, "domain"),
    byLanguage: countBy(stream, "lang"),
  };
}

function countBy(stream: TokenStream, label: string): Record<string, { documents: number; tokens: number }> {
  const counts = new Map<string, { documents: number; tokens: number }>();
  for (const [index, labels] of stream.documentLabels.entries()) {
    const key = labels[label] ?? "unlabelled";
    const end = stream.documentStarts[index + 1] ?? stream.tokens.length;
    const entry = counts.get(key) ?? { documents: 0, tokens: 0 };
    entry.documents++;
    entry.tokens += end - stream.documentStarts[index]!;
    counts.set(key, entry);
  }
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b.tokens - a.tokens));
}
