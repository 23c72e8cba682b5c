import fc from "fast-check";
import { expect, test } from "vitest";
import { createSplitText, type SplitDocument } from "../../test/support/split-documents.ts";
import { compilePattern } from "./compile-rule.ts";
import { type ContextProxy, describeRule, type ProxyRule, parseProxies } from "./context-proxy.ts";
import { markProxy, takeContexts } from "./mark-proxies.ts";
import { readDocumentText, type TextSpans } from "./pattern-spans.ts";
import type { ProxyText } from "./proxy-text.ts";

const named = (rule: ProxyRule): ContextProxy => ({ name: "one", title: "One", rule });

function mark(text: ProxyText, rule: ProxyRule): Promise<Uint8Array> {
  return markProxy(text, named(rule), async (pattern) => {
    const expression = compilePattern(pattern, "the test");
    return text.stream.documentLabels.map(
      (_, document): TextSpans =>
        [...readDocumentText(text, document).matchAll(expression)].map((match) => [
          match.index,
          match.index + match[0].length,
        ]),
    );
  });
}

/** The truth worked out from the text: tokens that overlap the bytes of a match. */
function expectedTruth(documents: readonly SplitDocument[], pattern: RegExp): number[] {
  return documents.flatMap(({ text, cuts }) => {
    const matched = new Set<number>();
    for (const match of text.matchAll(pattern)) for (let k = 0; k < match[0].length; k++) matched.add(match.index + k);
    let unit = 0;
    const ofBytes = [...text].flatMap((character) => {
      const isIn = matched.has(unit);
      unit += character.length;
      return new Array<boolean>(new TextEncoder().encode(character).length).fill(isIn);
    });
    const truth = [0];
    for (let at = 0, i = 0; at < ofBytes.length; i++) {
      const end = at + cuts[i % cuts.length]!;
      truth.push(Number(ofBytes.slice(at, end).includes(true)));
      at = end;
    }
    return truth;
  });
}

test.each(["\\p{Script=Arabic}", "[a-z]+ \\d", "𐌰+"])(
  "a token belongs to the pattern %s when any of its bytes is in a match, wherever tokens cut the text",
  async (pattern) => {
    const document = fc.record({
      text: fc.string({ unit: fc.constantFrom(..."aé 1,€мЖשםابٹ漢𐌰𐍈😀\n"), minLength: 1, maxLength: 40 }),
      cuts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 4 }), async (documents) => {
        const truth = await mark(createSplitText(documents), { kind: "pattern", pattern, flags: "" });
        expect([...truth]).toEqual(expectedTruth(documents, new RegExp(pattern, "gu")));
      }),
      { seed: 11, numRuns: 150 },
    );
  },
);

test("bytes that are no UTF-8 are one character each to a pattern and do not hide those after them", async () => {
  const pieces = [[0xd9], [0xd8, 0xa7], [0xff], [0xf0, 0x9f], [0xd7], [0x90]].map((bytes) => Uint8Array.from(bytes));
  const text: ProxyText = {
    stream: { tokens: Uint32Array.from(pieces.keys()), documentStarts: Uint32Array.of(0), documentLabels: [{}] },
    tokenizer: { endOfText: -1, tokenBytes: (id) => pieces[id]!, vocabularySize: pieces.length },
    tokenCounts: new Float64Array(pieces.length).fill(1),
  };
  expect([...(await mark(text, { kind: "pattern", pattern: "\\p{Script=Arabic}", flags: "" }))]).toEqual([
    0, 1, 0, 0, 0, 0,
  ]);
  expect([...(await mark(text, { kind: "pattern", pattern: "\\p{Script=Hebrew}", flags: "" }))]).toEqual([
    0, 0, 0, 0, 1, 1,
  ]);
});

test("labels take in the tokens of documents, separators left out; a * stands for any end", async () => {
  const text = createSplitText([
    { text: "abcd", labels: { domain: "news" }, cuts: [1] },
    { text: "ACGT", labels: { domain: "code-go" }, cuts: [2] },
    { text: "ACGT", cuts: [2] },
  ]);
  const go = await mark(text, { kind: "label", label: "domain", values: ["code-*", "dna"] });
  expect([...go]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
  expect([...(await mark(text, { kind: "label", label: "lang", values: ["en"] }))]).not.toContain(1);
});

test("a set of tokens takes in those tokens alone, by their text", async () => {
  const text = createSplitText([{ text: "at cat at", cuts: [2, 1] }]);
  expect([...(await mark(text, { kind: "tokens", tokens: ["at", " a"] }))]).toEqual([0, 1, 0, 0, 0, 1, 0]);
});

test("what was decided for a whole text is taken for contexts in any order", () => {
  const truth = Uint8Array.of(0, 1, 1, 1, 0, 0, 1, 0, 1);
  expect([...takeContexts(truth, Int32Array.of(2, 0), 3)]).toEqual([1, 0, 1, 0, 1, 1]);
});

test.each<[string, unknown, RegExp]>([
  ["an unknown kind", { kind: "magic" }, /own\.json: proxies\.0\.rule\.kind/],
  ["a class that is none", { kind: "characters", class: "z-a" }, /proxies\.0\.rule\.class: no class of characters/],
  ["a pattern that is none", { kind: "pattern", pattern: "(" }, /proxy one: invalid regular expression/],
  ["an alphabet of one", { kind: "string", alphabet: "A", size: 1 }, /proxies\.0\.rule\.size/],
  ["no value", { kind: "label", label: "domain", values: [] }, /proxies\.0\.rule\.values/],
])("a proxy with %s is refused in one sentence", (_, rule, sentence) => {
  expect(() => parseProxies([{ name: "one", title: "One", rule }], "own.json")).toThrow(sentence);
});

test("rules are told in words", () => {
  expect(describeRule({ kind: "label", label: "domain", values: ["hex", "dna"] })).toBe(
    "tokens of documents labelled domain = hex or dna",
  );
  expect(describeRule({ kind: "string", alphabet: "ACGT", size: 4, minimumTokens: 2 })).toMatch(
    /of 2 tokens or more .* \[ACGT\]/,
  );
});
