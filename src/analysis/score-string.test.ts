import fc from "fast-check";
import { expect, test } from "vitest";
import { createSplitText, type SplitDocument } from "../../test/support/split-documents.ts";
import type { ProxyText } from "./proxy-text.ts";
import { type StringModel, scoreString } from "./score-string.ts";

const DNA: StringModel = { alphabet: "ACGT", size: 4, minimumTokens: 2 };

/** The definition word by word: every string of tokens that ends with the token and is long enough. */
function scoreDirectly({ stream, tokenizer, tokenCounts }: ProxyText, { size, minimumTokens }: StringModel): number[] {
  const tokens = [...stream.tokens];
  const total = tokenCounts.reduce((a, b) => a + b, 0);
  const logRatio = (token: number) =>
    [...new TextDecoder().decode(tokenizer.tokenBytes(token))]
      .map((character) => ("ACGT".includes(character) ? Math.log(1 / size) : Math.log(1e-10)))
      .reduce((a, b) => a + b, 0) - Math.log(tokenCounts[token]! / total);
  return tokens.map((_, i) => {
    let best = Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (let from = i; from >= 0 && tokens[from] !== 0; from--) {
      sum += logRatio(tokens[from]!);
      if (i - from + 1 >= minimumTokens) best = Math.max(best, sum);
    }
    return best;
  });
}

test.each([1, 2, 3])("scores are those of the definition for strings of %i tokens or more", (minimumTokens) => {
  const document: fc.Arbitrary<SplitDocument> = fc.record({
    text: fc.string({ unit: fc.constantFrom(..."ACGTACGTACGTACGT ab"), minLength: 1, maxLength: 40 }),
    cuts: fc.constantFrom([1], [2], [3, 1], [1, 2, 4]),
  });
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 4 }), (documents) => {
      const text = createSplitText(documents);
      const model = { ...DNA, minimumTokens };
      const expected = scoreDirectly(text, model);
      for (const [i, score] of scoreString(text, model).entries())
        if (expected[i] === Number.NEGATIVE_INFINITY) expect(score).toBe(expected[i]);
        else expect(score, `token ${i} of ${JSON.stringify(documents)}`).toBeCloseTo(expected[i]!, 8);
    }),
    { seed: 5, numRuns: 200 },
  );
});

test("a long run of bases scores the more the longer it is, a lone base among words nothing, and a foreign letter costs it much", () => {
  const text = createSplitText([
    { text: `${"ab ".repeat(50)}A${" ab".repeat(50)}`, cuts: [1] },
    { text: "GATTACAx", cuts: [1] },
  ]);
  const scores = [...scoreString(text, DNA)];
  const ofDna = scores.slice(text.stream.documentStarts[1]! + 2, -1);
  expect(ofDna).toEqual(ofDna.toSorted((a, b) => a - b));
  expect(ofDna[0]).toBeGreaterThan(0);
  expect(scores.at(-1)).toBeLessThan(scores.at(-2)! - 10);
  expect(scores.slice(0, text.stream.documentStarts[1]).filter((score) => score > 0)).toEqual([]);
});

test("of several alphabets a string keeps to one: the larger score of the two", () => {
  const text = createSplitText([
    { text: "GATTACA gattaca GAttACa x", cuts: [1] },
    { text: "acgtacgt ACGT ab", cuts: [2] },
  ]);
  const [upper, lower] = [scoreString(text, DNA), scoreString(text, { ...DNA, alphabet: "acgt" })];
  const either = scoreString(text, { ...DNA, alphabet: ["ACGT", "acgt"] });
  expect([...either]).toEqual([...upper].map((score, i) => Math.max(score, lower[i]!)));
  expect([...either]).not.toEqual([...upper]);
  expect([...either]).not.toEqual([...lower]);
});
