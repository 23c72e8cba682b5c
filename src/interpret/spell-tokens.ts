import type { Tokenizer } from "../text/tokenizer.ts";

/** A token as an explainer sees it. */
export interface ShownToken {
  /** Its text, each byte that is not part of a whole character within it written like `\xd8`. */
  readonly text: string;
  /** The scripts, of those known here, of the characters that a byte of it is part of. */
  readonly scripts: readonly string[];
}

/** The Unicode scripts that are told apart, by the name of their script property. */
const SCRIPTS = [
  ...["Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati"],
  ...["Gurmukhi", "Han", "Hangul", "Hebrew", "Hiragana", "Kannada", "Katakana", "Khmer", "Lao", "Malayalam"],
  ...["Myanmar", "Sinhala", "Tamil", "Telugu", "Thai", "Tibetan"],
].map((script) => ({ script, pattern: new RegExp(`\\p{Script=${script}}`, "u") }));

type Spelling = Pick<Tokenizer, "tokenBytes" | "tokenText">;

/** Neighbouring tokens; a character that is cut by a token's end counts for all tokens that hold a byte of it. */
export function spellTokens(tokenizer: Spelling, ids: readonly number[]): ShownToken[] {
  const bytes: number[] = [];
  const owners: number[] = [];
  ids.forEach((id, owner) => {
    for (const byte of tokenizer.tokenBytes(id)) {
      bytes.push(byte);
      owners.push(owner);
    }
  });
  const scripts = ids.map(() => new Set<string>());
  for (let at = 0; at < bytes.length; ) {
    const length = measureCharacter(bytes[at]!);
    const script = length === 1 ? undefined : findScript(bytes.slice(at, at + length));
    if (script !== undefined) for (let b = at; b < at + length; b++) scripts[owners[b]!]!.add(script);
    at += script === undefined ? 1 : length;
  }
  return ids.map((id, place) => ({ text: tokenizer.tokenText(id), scripts: [...scripts[place]!] }));
}

/** Bytes of a UTF-8 character that begins with this one; 1 for a byte that begins none. */
function measureCharacter(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

function findScript(bytes: readonly number[]): string | undefined {
  const text = new TextDecoder().decode(Uint8Array.from(bytes));
  return SCRIPTS.find(({ pattern }) => pattern.test(text))?.script;
}
