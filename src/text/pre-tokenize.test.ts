import fc from "fast-check";
import { expect, test } from "vitest";
import { diverseTexts } from "../../test/support/diverse-texts.ts";
import { createPreTokenizer, GPT2_PATTERN } from "./pre-tokenize.ts";

const preTokenize = createPreTokenizer();

function split(text: string): string[] {
  const parts: string[] = [];
  preTokenize(text, (start, end) => parts.push(text.slice(start, end)));
  return parts;
}

const trickyText = fc
  .array(
    fc.constantFrom(
      " ",
      "  ",
      "\n",
      "\t",
      "'",
      "'s",
      "'ll",
      "'v",
      "a",
      "é",
      "ก",
      "ู",
      "𝕏",
      "😀",
      "7",
      "٣",
      "Ⅷ",
      "_",
      ".",
      "\ufeff",
    ),
  )
  .map((parts) => parts.join(""));

test("every text is split exactly as GPT-2's pattern splits it", () => {
  for (const text of diverseTexts) expect(split(text)).toEqual(text.match(GPT2_PATTERN) ?? []);
  const anyText = fc.oneof(trickyText, fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(anyText, (text) => {
      expect(split(text)).toEqual(text.match(GPT2_PATTERN) ?? []);
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test("a contraction, a leading space and the last blank of a run stay where GPT-2 puts them", () => {
  expect(split("He'll say   it's  3pm")).toEqual(["He", "'ll", " say", "  ", " it", "'s", " ", " 3", "pm"]);
});

test("a run of millions of letters is one pre-token", () => {
  expect(split(`${"A".repeat(3_000_000)} b`).map((part) => part.length)).toEqual([3_000_000, 2]);
});
