import fc from "fast-check";
import { expect, test } from "vitest";
import { createSplitText, type SplitDocument } from "../../test/support/split-documents.ts";
import type { ProxyText } from "./proxy-text.ts";
import { scoreCharacters } from "./score-characters.ts";

const ARABIC = "\\u0600-\\u06ff";

/** Whether all characters of a text are Arabic, white space in front aside; undefined where it is no whole characters. */
function isArabic(bytes: readonly number[]): boolean | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
    return /^\s*[\u0600-\u06ff]+$/.test(text);
  } catch {
    return undefined;
  }
}

/** For each token of a document, the characters of which it holds a byte. */
function listTouchedCharacters({ text, cuts }: SplitDocument): string[] {
  const ofBytes = [...text].flatMap((character, c) =>
    [...new TextEncoder().encode(character)].map(() => [c, character] as const),
  );
  const touched: string[] = [];
  for (let at = 0, i = 0; at < ofBytes.length; i++) {
    const end = at + cuts[i % cuts.length]!;
    touched.push([...new Map(ofBytes.slice(at, end)).values()].join(""));
    at = end;
  }
  return touched;
}

/** The definition word by word: the token alone, and every string of up to 7 tokens that ends with it. */
function scoreDirectly({ stream, tokenizer }: ProxyText, documents: readonly SplitDocument[]): number[] {
  const tokens = [...stream.tokens];
  const bytesOf = (from: number, to: number) => tokens.slice(from, to).flatMap((id) => [...tokenizer.tokenBytes(id)]);
  const used = documents.flatMap((document) => [
    false,
    ...listTouchedCharacters(document).map((characters) => /^\s*[\u0600-\u06ff]+$/.test(characters)),
  ]);
  const share = used.filter(Boolean).length / tokens.filter((token) => token !== 0).length;
  return tokens.map((token, i) => {
    if (token === 0 || share === 0) return Number.NEGATIVE_INFINITY;
    const alike = tokens.flatMap((other, k) => (other === token ? [Number(used[k])] : []));
    const alone = isArabic(bytesOf(i, i + 1)) ?? alike.reduce((a, b) => a + b, 0) / alike.length;
    const probabilities = [Number(alone)];
    for (let from = i - 1; from >= Math.max(0, i - 6) && tokens[from] !== 0; from--)
      if (isArabic(bytesOf(from, i + 1)) === true) probabilities.push(1);
    return Math.log(Math.max(...probabilities, 1e-10)) - Math.log(share);
  });
}

test("scores are those of the definition, wherever tokens cut the characters", () => {
  const document: fc.Arbitrary<SplitDocument> = fc.record({
    text: fc.string({ unit: fc.constantFrom(..."ab é،م ا漢م"), minLength: 1, maxLength: 24 }),
    cuts: fc.constantFrom([1], [2], [3, 1], [1, 2, 4]),
  });
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 4 }), (documents) => {
      const text = createSplitText(documents);
      const expected = scoreDirectly(text, documents);
      const { scores } = scoreCharacters(text, ARABIC);
      for (const [i, score] of scores.entries())
        if (score === Number.NEGATIVE_INFINITY) expect(expected[i]).toBe(score);
        else expect(score, `token ${i} of ${JSON.stringify(documents)}`).toBeCloseTo(expected[i]!, 10);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test("known scores: an Arabic letter, a Latin one, and a byte that is part of Arabic letters two times of three", () => {
  const arabic = createSplitText([
    { text: "م", cuts: [2] },
    { text: "a", cuts: [1] },
    { text: "ااç", cuts: [1] },
  ]);
  const { scores, share } = scoreCharacters(arabic, ARABIC);
  expect(share).toBe(5 / 8);
  // d9 85, 61, d8, a7, d8, a7, c3, a7: five of eight tokens are Arabic.
  const expected = [1, 1e-10, 1, 1, 1, 1, 1e-10, 2 / 3].map((probability) => Math.log(probability / (5 / 8)));
  expect([...scores].filter((score) => score > Number.NEGATIVE_INFINITY)).toHaveLength(8);
  for (const [i, at] of [1, 3, 5, 6, 7, 8, 9, 10].entries())
    expect(scores[at], `token ${at}`).toBeCloseTo(expected[i]!, 12);
});
