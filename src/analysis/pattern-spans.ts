import { type ProxyText, spellDocument } from "./proxy-text.ts";
import { readCharacter } from "./read-characters.ts";

/** Where a pattern matches a document's text: start and end of each match in UTF-16 units. */
export type TextSpans = readonly (readonly [start: number, end: number])[];

/** The text of a document as patterns see it; bytes that are part of no character are U+FFFD each. */
export function readDocumentText(text: Pick<ProxyText, "stream" | "tokenizer">, document: number): string {
  const { bytes } = spellDocument(text, document);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { codePoint, length } = readCharacter(bytes, at);
    parts.push(String.fromCodePoint(codePoint < 0 ? 0xfffd : codePoint));
    at += length;
  }
  return parts.join("");
}

/** Where a regular expression with the flag g matches. */
export function matchSpans(text: string, pattern: RegExp): TextSpans {
  return [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length]);
}

/** The tokens that have a byte of a character within a match, as 1 in `truth`, which is [tokens] of the whole stream. */
export function markSpans(text: ProxyText, document: number, spans: TextSpans, truth: Uint8Array): void {
  if (spans.length === 0) return;
  const { bytes, owners } = spellDocument(text, document);
  let unit = 0;
  let span = 0;
  for (let at = 0; at < bytes.length && span < spans.length; ) {
    const { codePoint, length } = readCharacter(bytes, at);
    while (span < spans.length && spans[span]![1] <= unit) span++;
    if (span < spans.length && spans[span]![0] <= unit) truth.fill(1, owners[at]!, owners[at + length - 1]! + 1);
    unit += codePoint > 0xffff ? 2 : 1;
    at += length;
  }
}
