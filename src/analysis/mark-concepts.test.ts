import fc from "fast-check";
import { expect, test } from "vitest";
import type { TokenStream } from "../text/contexts.ts";
import { CONCEPTS, type Concept, describeRule } from "./concepts.ts";
import { markConcepts } from "./mark-concepts.ts";

const SCRIPTS = ["Arabic", "Hebrew", "Cyrillic", "Gothic"] as const;
const scriptConcepts: Concept[] = SCRIPTS.map((script) => ({ name: script, rule: { kind: "script", script } }));

interface SplitDocument {
  readonly text: string;
  readonly labels?: Record<string, string>;
  /** Lengths in bytes of its tokens, repeated; tokens may end inside a character. */
  readonly cuts: readonly number[];
}

/** A stream of documents cut into tokens at any byte: token id i is the i-th token, 0 the separator. */
function createSplitStream(documents: readonly SplitDocument[]) {
  const pieces: Uint8Array[] = [new Uint8Array()];
  const tokens: number[] = [];
  const documentStarts: number[] = [];
  for (const { text, cuts } of documents) {
    documentStarts.push(tokens.length);
    tokens.push(0);
    const bytes = new TextEncoder().encode(text);
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const end = at + cuts[i % cuts.length]!;
      tokens.push(pieces.push(bytes.slice(at, end)) - 1);
      at = end;
    }
  }
  const stream: TokenStream = {
    tokens: Uint32Array.from(tokens),
    documentStarts: Uint32Array.from(documentStarts),
    documentLabels: documents.map(({ labels }) => labels ?? {}),
  };
  return { stream, tokenizer: { endOfText: 0, tokenBytes: (id: number) => pieces[id]! } };
}

/** The truth worked out from the text: tokens that overlap the bytes of a character of the script. */
function expectedTruth(documents: readonly SplitDocument[], script: string): number[] {
  const isOfScript = new RegExp(`\\p{Script=${script}}`, "u");
  return documents.flatMap(({ text, cuts }) => {
    const ofBytes = [...text].flatMap((character) =>
      new Array<boolean>(new TextEncoder().encode(character).length).fill(isOfScript.test(character)),
    );
    const truth = [0];
    for (let at = 0, i = 0; at < ofBytes.length; i++) {
      const end = at + cuts[i % cuts.length]!;
      truth.push(Number(ofBytes.slice(at, end).includes(true)));
      at = end;
    }
    return truth;
  });
}

test("a token belongs to a script when any of its bytes does, wherever tokens and contexts cut the text", () => {
  const character = fc.constantFrom(..."aé 1،€мЖשםابٹ漢𐌰𐍈😀\n");
  const document = fc.record({
    text: fc.string({ unit: character, minLength: 1, maxLength: 40 }),
    cuts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 9 }), (documents, T) => {
      const { stream, tokenizer } = createSplitStream(documents);
      const count = Math.floor(stream.tokens.length / T);
      const contexts = Int32Array.from({ length: count }, (_, k) => count - 1 - k);
      const truths = markConcepts({ stream, tokenizer, contextLength: T, contexts, concepts: scriptConcepts });
      for (const [c, script] of SCRIPTS.entries()) {
        const whole = expectedTruth(documents, script);
        const expected = [...contexts].flatMap((k) => whole.slice(k * T, (k + 1) * T));
        expect(Array.from(truths[c]!), script).toEqual(expected);
      }
    }),
    { seed: 11, numRuns: 300 },
  );
});

test("bytes that are no UTF-8 belong to no script and do not hide the characters after them", () => {
  const pieces = [[0xd9], [0xd8, 0xa7], [0xff], [0xf0, 0x9f], [0xd7], [0x90]].map((bytes) => Uint8Array.from(bytes));
  const stream = {
    tokens: Uint32Array.from(pieces.keys()),
    documentStarts: Uint32Array.of(0),
    documentLabels: [{}],
  };
  const [arabic, hebrew] = markConcepts({
    stream,
    tokenizer: { endOfText: -1, tokenBytes: (id) => pieces[id]! },
    contextLength: 6,
    contexts: Int32Array.of(0),
    concepts: scriptConcepts,
  });
  expect(Array.from(arabic!)).toEqual([0, 1, 0, 0, 0, 0]);
  expect(Array.from(hebrew!)).toEqual([0, 0, 0, 0, 1, 1]);
});

test("a token belongs to a kind of text by its document's label, the separator to none", () => {
  const { stream, tokenizer } = createSplitStream([
    { text: "abcd", labels: { domain: "news" }, cuts: [1] },
    { text: "ACGT", labels: { domain: "dna" }, cuts: [2] },
    { text: "00ff", labels: { domain: "hex" }, cuts: [2] },
    { text: "ACGT", cuts: [2] },
  ]);
  const domains = CONCEPTS.filter(({ rule }) => rule.kind === "domain");
  const contexts = Int32Array.of(0, 1, 2);
  const truths = markConcepts({ stream, tokenizer, contextLength: 4, contexts, concepts: domains });
  expect(domains.map(({ name }) => name)).toEqual(["DNA", "base64", "hexadecimal"]);
  expect(truths.map((truth) => Array.from(truth))).toEqual([
    [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0],
  ]);
  expect(describeRule(domains[2]!.rule)).toBe("tokens of documents labelled domain = hexadecimal or hex");
});
