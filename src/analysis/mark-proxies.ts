import type { TokenStream } from "../text/contexts.ts";
import type { ContextProxy, ProxyRule } from "./context-proxy.ts";
import { markSpans, type TextSpans } from "./pattern-spans.ts";
import type { ProxyText } from "./proxy-text.ts";
import { scoreCharacters } from "./score-characters.ts";
import { scoreString } from "./score-string.ts";

/** The matches of a pattern in each document of a text; where they come from may stop a pattern that takes too long. */
export type FindSpans = (rule: Extract<ProxyRule, { kind: "pattern" }>, name: string) => Promise<readonly TextSpans[]>;

/** Which tokens of a text belong to a proxy: 1, those that do not 0. Scores of strings are cut at 0 (paper, appendix on feature proxies). */
export async function markProxy(
  text: ProxyText,
  { name, rule }: ContextProxy,
  findSpans: FindSpans,
): Promise<Uint8Array> {
  switch (rule.kind) {
    case "characters":
      return markCharacters(text, rule.class);
    case "string":
      return Uint8Array.from(scoreString(text, rule), (score) => Number(score > 0));
    case "pattern":
      return markMatches(text, await findSpans(rule, name));
    case "tokens":
      return markTokens(text, rule.tokens);
    case "label":
      return markDocuments(text, rule.label, rule.values);
    default:
      return rule satisfies never;
  }
}

/** What a token-wise truth of a whole stream says of some contexts, one after another: [contexts * contextLength]. */
export function takeContexts(truth: Uint8Array, contexts: Int32Array, contextLength: number): Uint8Array {
  const taken = new Uint8Array(contexts.length * contextLength);
  contexts.forEach((context, i) => {
    taken.set(truth.subarray(context * contextLength, (context + 1) * contextLength), i * contextLength);
  });
  return taken;
}

/** Tokens whose best string is of the class more probably than not: a byte that is part of its letters now and then is none. */
function markCharacters(text: ProxyText, characterClass: string): Uint8Array {
  const { scores, share } = scoreCharacters(text, characterClass);
  const cut = Math.log(1 / 2) - Math.log(share);
  return Uint8Array.from(scores, (score) => Number(score > cut));
}

function markMatches(text: ProxyText, spans: readonly TextSpans[]): Uint8Array {
  const truth = new Uint8Array(text.stream.tokens.length);
  spans.forEach((ofDocument, document) => {
    markSpans(text, document, ofDocument, truth);
  });
  return truth;
}

function markTokens({ stream, tokenizer }: ProxyText, wanted: readonly string[]): Uint8Array {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const set = new Set(wanted);
  const belongs = Uint8Array.from({ length: tokenizer.vocabularySize }, (_, id) =>
    Number(set.has(decoder.decode(tokenizer.tokenBytes(id)))),
  );
  return Uint8Array.from(stream.tokens, (token) => belongs[token]!);
}

function markDocuments({ stream, tokenizer }: ProxyText, label: string, values: readonly string[]): Uint8Array {
  const truth = new Uint8Array(stream.tokens.length);
  stream.documentLabels.forEach((labels, document) => {
    const [start, end] = documentRange(stream, document);
    if (belongsToValues(labels[label], values)) truth.fill(1, start, end);
  });
  stream.tokens.forEach((token, i) => {
    if (token === tokenizer.endOfText) truth[i] = 0;
  });
  return truth;
}

function belongsToValues(value: string | undefined, wanted: readonly string[]): boolean {
  if (value === undefined) return false;
  return wanted.some((name) => (name.endsWith("*") ? value.startsWith(name.slice(0, -1)) : value === name));
}

function documentRange({ documentStarts, tokens }: TokenStream, document: number): readonly [number, number] {
  return [documentStarts[document]!, documentStarts[document + 1] ?? tokens.length];
}
