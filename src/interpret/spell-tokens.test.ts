import { expect, test } from "vitest";
import { renderBytes } from "../text/tokenizer.ts";
import { spellTokens } from "./spell-tokens.ts";

/** A tokenizer whose tokens are these byte strings. */
function tokenizerOf(tokens: readonly (readonly number[])[]) {
  const tokenBytes = (id: number) => Uint8Array.from(tokens[id]!);
  return { tokenBytes, tokenText: (id: number) => renderBytes(tokenBytes(id)) };
}

const utf8 = (text: string) => [...new TextEncoder().encode(text)];

test("a token has the scripts of its characters", () => {
  const tokenizer = tokenizerOf([utf8(" the"), utf8("سلام"), utf8("Привет"), utf8("日本の"), []]);
  const shown = spellTokens(tokenizer, [0, 1, 2, 3, 4]);
  expect(shown.map(({ scripts }) => scripts)).toEqual([[], ["Arabic"], ["Cyrillic"], ["Han", "Hiragana"], []]);
  expect(shown[0]!.text).toBe(" the");
});

test("a byte of a character that is cut in two has its script, with its neighbour or not at all", () => {
  const [first, second] = utf8("ش") as [number, number];
  const tokenizer = tokenizerOf([[first], [second], utf8("x")]);
  expect(spellTokens(tokenizer, [0, 1]).map(({ scripts }) => scripts)).toEqual([["Arabic"], ["Arabic"]]);
  expect(spellTokens(tokenizer, [0, 2, 1]).map(({ scripts }) => scripts)).toEqual([[], [], []]);
  expect(spellTokens(tokenizer, [0])[0]!.text).toBe("\\xd8");
});
