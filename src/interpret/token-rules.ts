import type { ShownPassage } from "./feature-exam.ts";
import type { ShownToken } from "./spell-tokens.ts";

/** Something that is true or false of a token in its passage, and can be said in a few words. */
export type TokenTest =
  /** The token, or the one 1 or 2 before it, is one of these. */
  | { readonly kind: "token"; readonly back: 0 | 1 | 2; readonly texts: readonly string[] }
  /** One of the four tokens before it is this one. */
  | { readonly kind: "context"; readonly text: string }
  /** The token, or the one before it, is of a script or a shape. */
  | { readonly kind: "script"; readonly back: 0 | 1; readonly script: string }
  | { readonly kind: "shape"; readonly back: 0 | 1; readonly shape: Shape }
  | { readonly kind: "beginning" | "ending"; readonly text: string }
  /** Its document is labelled so. */
  | { readonly kind: "label"; readonly name: string; readonly value: string };

/** What a token is made of. */
export type Shape = keyof typeof SHAPES;

const SHAPES = {
  digits: /^\s?\p{Nd}+$/u,
  "upper-case letters": /^\s?\p{Lu}+$/u,
  "capitalised words": /^\s?\p{Lu}\p{Ll}+$/u,
  "lower-case words": /^\s\p{Ll}+$/u,
  "parts of words": /^\p{L}+$/u,
  "white space": /^\s+$/u,
  "punctuation and symbols": /^\s?[\p{P}\p{S}]+$/u,
  "letters beyond English": /^\s?[^\P{L}a-zA-Z]+$/u,
  "parts of characters": /\\x[0-9a-f]{2}/u,
} as const;

/** How far back a context reaches. */
export const CONTEXT_REACH = 4;

/** The shapes a token has. */
export function listShapes({ text }: ShownToken): Shape[] {
  return (Object.keys(SHAPES) as Shape[]).filter((shape) => SHAPES[shape].test(text));
}

/** Whether a test holds of the token at a place of a passage. */
export function holds(test: TokenTest, { tokens, labels }: ShownPassage, place: number): boolean {
  switch (test.kind) {
    case "token":
      return place >= test.back && test.texts.includes(tokens[place - test.back]!.text);
    case "context":
      return tokens.slice(Math.max(0, place - CONTEXT_REACH), place).some(({ text }) => text === test.text);
    case "script":
      return tokens[place - test.back]?.scripts.includes(test.script) === true;
    case "shape":
      return place >= test.back && SHAPES[test.shape].test(tokens[place - test.back]!.text);
    case "beginning":
      return tokens[place]!.text.startsWith(test.text);
    case "ending":
      return tokens[place]!.text.endsWith(test.text);
    case "label":
      return labels[test.name] === test.value;
    default:
      return test satisfies never;
  }
}

/** A test in words that follow "on" or "raises", such as `“ of”`, `tokens in Arabic script` or `what follows “ of”`. */
export function describeTest(test: TokenTest): string {
  switch (test.kind) {
    case "token":
      return describePlace(test.back, test.texts.map(quoteToken).join(", "));
    case "context":
      return `what has ${quoteToken(test.text)} among the ${CONTEXT_REACH} tokens before it`;
    case "script":
      return describePlace(test.back, `tokens in ${test.script} script`);
    case "shape":
      return describePlace(test.back, test.shape);
    case "beginning":
      return `tokens that begin with ${quoteToken(test.text)}`;
    case "ending":
      return `tokens that end in ${quoteToken(test.text)}`;
    case "label":
      return `text labelled ${test.name} ${quoteToken(test.value)}`;
    default:
      return test satisfies never;
  }
}

function describePlace(back: number, what: string): string {
  if (back === 0) return what;
  return back === 1 ? `what follows ${what}` : `what comes two tokens after ${what}`;
}

/** A token's text in quotes, with what cannot be seen, or would turn the text around it, spelt out. */
function quoteToken(text: string): string {
  const seen = text
    .replaceAll("\n", "⏎")
    .replaceAll("\t", "⇥")
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, (character) => {
      return `\\u{${character.codePointAt(0)!.toString(16)}}`;
    });
  return `“${seen}”`;
}
