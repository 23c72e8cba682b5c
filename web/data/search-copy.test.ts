import fc from "fast-check";
import { expect, test } from "vitest";
import { listWords, parseQuery } from "../../src/features/search-words.ts";
import { createSearchIndex } from "../../src/store/search-index.ts";
import { foldWord, indexWords, search } from "./search-copy.ts";

test("a copy finds what the server's index finds", () => {
  const word = fc.string({
    unit: fc.constantFrom(..."abAB(-:\"'é", "É", "ü", "ñ", "ש", "ع", "ً", "й", "Й", "中", "ß", "ς", "👍", "ﬁ", "ǆ"),
    minLength: 1,
    maxLength: 4,
  });
  const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" "));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), text, (texts, query) => {
      const served = createSearchIndex();
      served.write(texts.entries());
      const copied = indexWords([...texts.entries()].map(([feature, words]) => [feature, listWords(words)] as const));
      const found = search(copied, parseQuery(query).map(foldWord));
      expect(found).toEqual(JSON.parse(served.search(query)));
      served.close();
    }),
    { numRuns: 600 },
  );
});
