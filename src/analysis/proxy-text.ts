import type { TokenStream } from "../text/contexts.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/** The text on which proxies are decided. */
export interface ProxyText {
  readonly stream: TokenStream;
  readonly tokenizer: Pick<Tokenizer, "endOfText" | "tokenBytes" | "vocabularySize">;
  /** How often each token occurs in the corpus, from which its probability P(t) is taken; at least once where the stream has it. */
  readonly tokenCounts: Float64Array; // [vocabulary]
}

/** What a model of a text gives a character that it does not have (paper, appendix on feature proxies). */
export const IMPROBABLE = 1e-10;

/** The bytes of a document's tokens one after another, and for each byte the place in the stream of its token. */
export function spellDocument(
  { stream, tokenizer }: Pick<ProxyText, "stream" | "tokenizer">,
  document: number,
): { readonly bytes: Uint8Array; readonly owners: Uint32Array } {
  const start = stream.documentStarts[document]!;
  const end = stream.documentStarts[document + 1] ?? stream.tokens.length;
  let length = 0;
  for (let i = start; i < end; i++) length += tokenizer.tokenBytes(stream.tokens[i]!).length;
  const bytes = new Uint8Array(length);
  const owners = new Uint32Array(length);
  let at = 0;
  for (let i = start; i < end; i++) {
    const token = tokenizer.tokenBytes(stream.tokens[i]!);
    bytes.set(token, at);
    owners.fill(i, at, at + token.length);
    at += token.length;
  }
  return { bytes, owners };
}
