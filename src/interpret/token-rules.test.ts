import { expect, test } from "vitest";
import type { ShownPassage } from "./feature-exam.ts";
import { describeTest, holds, listShapes, type TokenTest } from "./token-rules.ts";

const passage: ShownPassage = {
  tokens: [" of", " the", " Year", " 2023", ".", "\n", "سلام", "ing"].map((text) => ({
    text,
    scripts: text === "سلام" ? ["Arabic"] : [],
  })),
  labels: { domain: "prose", lang: "en" },
};

/** The places of the passage of which a test holds. */
function placesOf(rule: TokenTest): number[] {
  return passage.tokens.flatMap((_, place) => (holds(rule, passage, place) ? [place] : []));
}

test("each kind of test holds of the tokens it speaks of", () => {
  expect(placesOf({ kind: "token", back: 0, texts: [" of", "."] })).toEqual([0, 4]);
  expect(placesOf({ kind: "token", back: 1, texts: [" of"] })).toEqual([1]);
  expect(placesOf({ kind: "token", back: 2, texts: [" of"] })).toEqual([2]);
  expect(placesOf({ kind: "context", text: " of" })).toEqual([1, 2, 3, 4]);
  expect(placesOf({ kind: "script", back: 0, script: "Arabic" })).toEqual([6]);
  expect(placesOf({ kind: "script", back: 1, script: "Arabic" })).toEqual([7]);
  expect(placesOf({ kind: "shape", back: 0, shape: "digits" })).toEqual([3]);
  expect(placesOf({ kind: "shape", back: 1, shape: "white space" })).toEqual([6]);
  expect(placesOf({ kind: "beginning", text: " t" })).toEqual([1]);
  expect(placesOf({ kind: "ending", text: "ng" })).toEqual([7]);
  expect(placesOf({ kind: "label", name: "domain", value: "prose" })).toHaveLength(8);
  expect(placesOf({ kind: "label", name: "domain", value: "code" })).toEqual([]);
});

test("tokens have the shapes a reader would name", () => {
  const shapesOf = (text: string) => listShapes({ text, scripts: [] });
  expect(shapesOf(" 12")).toEqual(["digits"]);
  expect(shapesOf("ABC")).toEqual(["upper-case letters", "parts of words"]);
  expect(shapesOf(" Monday")).toEqual(["capitalised words"]);
  expect(shapesOf(" the")).toEqual(["lower-case words"]);
  expect(shapesOf("été")).toEqual(["parts of words"]);
  expect(shapesOf(" жук")).toContain("letters beyond English");
  expect(shapesOf("\\xd8")).toEqual(["parts of characters"]);
  expect(shapesOf(" {")).toEqual(["punctuation and symbols"]);
});

test("tests are said in words", () => {
  expect(describeTest({ kind: "token", back: 0, texts: [" of", "\n"] })).toBe("“ of”, “⏎”");
  expect(describeTest({ kind: "token", back: 1, texts: [" of"] })).toBe("what follows “ of”");
  expect(describeTest({ kind: "script", back: 1, script: "Thai" })).toBe("what follows tokens in Thai script");
  expect(describeTest({ kind: "label", name: "domain", value: "dna" })).toBe("text labelled domain “dna”");
});

test("a token with invisible characters cannot turn or break the sentence it stands in", () => {
  expect(describeTest({ kind: "token", back: 0, texts: ["a\u202eb\u0007\u2028\ud800"] })).toBe(
    "“a\\u{202e}b\\u{7}\\u{2028}\ufffd”",
  );
});
