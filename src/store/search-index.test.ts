import fc from "fast-check";
import { expect, test } from "vitest";
import { createSearchIndex } from "./search-index.ts";

function find(texts: readonly string[], query: string): number[] {
  const index = createSearchIndex();
  index.write(texts.entries());
  const found = JSON.parse(index.search(query)) as number[];
  index.close();
  return found;
}

test("features are found by the beginning of any of their words, all words of a query together", () => {
  const texts = ["Arabic script", "Hebrew scripture", "the script of Arabs", "base64"];
  expect(find(texts, "scr")).toEqual([0, 1, 2]);
  expect(find(texts, "arab SCRIPT")).toEqual([0, 2]);
  expect(find(texts, "script arabic")).toEqual([0]);
  expect(find(texts, "ase64")).toEqual([]);
  expect(find(texts, "  ")).toEqual([]);
});

test("tokens of code, accents, other scripts and emoji are found as they are written", () => {
  const texts = ["foo(bar); //", "(script)", "café", "العربية", "日本語", "👩‍👩‍👧", "don't"];
  expect(find(texts, "foo(")).toEqual([0]);
  expect(find(texts, "bar")).toEqual([0]);
  expect(find(texts, ");")).toEqual([]);
  expect(find(texts, "//")).toEqual([0]);
  expect(find(texts, "script")).toEqual([1]);
  expect(find(texts, "cafe")).toEqual([2]);
  expect(find(texts, "الع")).toEqual([3]);
  expect(find(texts, "日本")).toEqual([4]);
  expect(find(texts, "👩")).toEqual([5]);
  expect(find(texts, "t")).toEqual([6]);
});

test("what is written again replaces what was known of the feature", () => {
  const index = createSearchIndex();
  index.write([[7, "old words"]]);
  index.write([[7, "new words"]]);
  expect([index.search("old"), index.search("new"), index.search("words")]).toEqual(["[]", "[7]", "[7]"]);
});

test.each([
  '"',
  '""',
  '"a',
  "a*",
  "*",
  "^a",
  "a AND",
  "NOT a",
  "a OR b",
  "NEAR(a b)",
  "word:a",
  "{word}:a",
  "-a",
  "a + b",
  "(",
  "\0",
  "\ud800",
])("the operators of the search engine mean nothing in %j", (query) => {
  expect(find(["x y z"], query)).toEqual([]);
  expect(find([`x ${query} z`], query)).toEqual(query.trim() === "\0" || query === "\ud800" ? [] : [0]);
});

test("no query throws, and each finds what comparing word by word finds", () => {
  const words = fc.array(
    fc.string({ unit: fc.constantFrom("a", "b", '"', "*", "(", "-", ":"), minLength: 1, maxLength: 3 }),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 5 }), words, (texts, query) => {
      const parts = (word: string) => [word, ...word.split(/[^ab]+/).filter((part) => part !== "")];
      const matches = (text: readonly string[]) =>
        query.every((word) => text.flatMap(parts).some((part) => part.startsWith(word)));
      const wanted = [...texts.keys()].filter((feature) => matches(texts[feature]!));
      expect(
        find(
          texts.map((text) => text.join(" ")),
          query.join(" "),
        ),
      ).toEqual(wanted);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 16 }), (query) => {
      find(["a"], query);
    }),
  );
});

test("a search that is too long is refused in a sentence", () => {
  expect(() => find([], "x".repeat(201))).toThrow(/has 201 characters/);
  expect(() => find([], "x ".repeat(17))).toThrow(/17 words/);
});
