import { expect, test } from "vitest";
import { findToken, searchTokens } from "./search-tokens.ts";
import { createTokenNames } from "./token-names.ts";

const texts = ["the", " the", " then", "The", "he", " theory", ""];
const names = createTokenNames({ tokens: texts.map((text) => btoa(text)), endOfText: 6 });

test("a token is found by its exact text, spaces included", () => {
  expect(findToken(names, " the")).toBe(1);
  expect(findToken(names, "the ")).toBeUndefined();
  expect(findToken(names, "")).toBeUndefined();
  expect(findToken(names, "<|endoftext|>")).toBeUndefined();
});

test("tokens that begin like what is typed are suggested, the exact one first, then the shorter", () => {
  expect(searchTokens(names, "the", 10)).toEqual([0, 3, 1, 2, 5]);
  expect(searchTokens(names, " the", 2)).toEqual([1, 0]);
  expect(searchTokens(names, " ", 10)).toEqual([]);
});
