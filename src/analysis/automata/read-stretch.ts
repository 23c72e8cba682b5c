import { activationAt, type CodeScan } from "../../features/scan-codes.ts";
import { locateToken, type SearchedText, tokenIdAt } from "../../features/searched-text.ts";

/** A stretch of text within one context. */
export interface Stretch {
  readonly context: number;
  readonly position: number;
  readonly document: number;
  readonly tokens: readonly number[];
  /** Place of its first token among the searched ones. */
  readonly first: number;
}

/** The text around some searched tokens: up to `around` more on each side, within their context, and `longest` in all. */
export function readStretch(
  text: SearchedText,
  place: number,
  length: number,
  { around, longest }: { readonly around: number; readonly longest: number },
): Stretch {
  const T = text.contextLength;
  const context = Math.floor(place / T);
  const first = Math.max(context * T, place - around);
  const end = Math.min((context + 1) * T, place + length + around, first + longest);
  const tokens = Array.from({ length: end - first }, (_, i) => tokenIdAt(text, first + i));
  return { ...locateToken(text, first), tokens, first };
}

/** What features do on the tokens of a stretch: reads the batch of codes that holds it. */
export async function readActivations(
  scan: CodeScan,
  { first, tokens }: Stretch,
  contextLength: number,
  features: readonly number[],
): Promise<number[][]> {
  const context = Math.floor(first / contextLength);
  let index = 0;
  while (scan.firstContext(index + 1) <= context) index++;
  const codes = await scan.batch(index);
  const row = first - codes.firstContext * contextLength;
  return features.map((feature) => tokens.map((_, i) => round(activationAt(codes, row + i, feature))));
}

/** To four digits: what is shown, at a fraction of the bytes. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
