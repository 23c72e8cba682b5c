import type { ProxyText } from "../../src/analysis/proxy-text.ts";

/** A text and how it is cut into tokens, which may end inside a character. */
export interface SplitDocument {
  readonly text: string;
  readonly labels?: Record<string, string>;
  /** Lengths in bytes of its tokens, repeated. */
  readonly cuts: readonly number[];
}

/** A stream of documents cut into tokens at any byte: equal bytes are one token, 0 is the separator. */
export function createSplitText(documents: readonly SplitDocument[]): ProxyText {
  const pieces: Uint8Array[] = [new Uint8Array()];
  const ids = new Map<string, number>();
  const tokens: number[] = [];
  const documentStarts: number[] = [];
  for (const { text, cuts } of documents) {
    documentStarts.push(tokens.length);
    tokens.push(0);
    const bytes = new TextEncoder().encode(text);
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const piece = bytes.slice(at, at + cuts[i % cuts.length]!);
      const key = piece.join(" ");
      if (!ids.has(key)) ids.set(key, pieces.push(piece) - 1);
      tokens.push(ids.get(key)!);
      at += piece.length;
    }
  }
  const tokenCounts = new Float64Array(pieces.length);
  for (const token of tokens) tokenCounts[token]! += 1;
  return {
    stream: {
      tokens: Uint32Array.from(tokens),
      documentStarts: Uint32Array.from(documentStarts),
      documentLabels: documents.map(({ labels }) => labels ?? {}),
    },
    tokenizer: { endOfText: 0, tokenBytes: (id) => pieces[id]!, vocabularySize: pieces.length },
    tokenCounts,
  };
}
