import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diverseTexts } from "../../test/support/diverse-texts.ts";
import { encodeNaively } from "../../test/support/naive-byte-pairs.ts";
import { trainOnTexts } from "../../test/support/train-on-texts.ts";
import { createTokenizer } from "./tokenizer.ts";
import { renderTokenizerJson } from "./tokenizer-json.ts";

const definition = trainOnTexts([...diverseTexts, ...diverseTexts.map((text) => text.toUpperCase())], {
  vocabularySize: 900,
});
const tokenizer = createTokenizer(definition);
const { endOfText } = tokenizer;

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const naiveMerges = definition.merges.map(
  ({ left, right }) => [latin1(definition.tokens[left]!), latin1(definition.tokens[right]!)] as const,
);

const anyUnits = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
const anyText = fc.oneof(
  anyUnits,
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc
    .array(fc.constantFrom(...diverseTexts.flatMap((text) => text.split(/(?<=\s)/))), { maxLength: 20 })
    .map((p) => p.join("")),
);

test("the tokenizer learnt merges from this text", () => {
  expect(definition.merges.length).toBe(900 - 257);
  expect(tokenizer.encode("doesn't").length).toBeLessThan(7);
});

test("decoding what was encoded gives the text back, lone surrogates as U+FFFD", () => {
  for (const text of diverseTexts) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  fc.assert(
    fc.property(anyText, (text) => {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text.toWellFormed());
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test("the ids are those of an independent implementation that loads our tokenizer.json", () => {
  const json: object = JSON.parse(JSON.stringify(renderTokenizerJson(definition)));
  const other = new HuggingFaceTokenizer(json, {});
  const sameIds = (text: string): void => {
    const { ids } = other.encode(text, { add_special_tokens: false });
    expect(Array.from(tokenizer.encode(text)), JSON.stringify(text)).toEqual(ids);
  };
  for (const text of diverseTexts) sameIds(text);
  sameIds(diverseTexts.join(" "));
  fc.assert(
    fc.property(
      anyText.map((text) => text.toWellFormed()),
      sameIds,
    ),
    { numRuns: 1000, seed: 2 },
  );
});

test("short and long pre-tokens are merged as applying every merge in turn would", () => {
  const letters = fc.array(fc.constantFrom("A", "T", "C", "G", "a", "e", "ก", "th"), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(letters, (parts) => {
      const text = parts.join("");
      const tokens = Array.from(tokenizer.encode(text), (id) => latin1(tokenizer.tokenBytes(id)));
      expect(tokens).toEqual(encodeNaively(text, naiveMerges));
    }),
    { numRuns: 300, seed: 3 },
  );
});

test("a word gives the same ids when it is met again", () => {
  const first = createTokenizer(definition).encode("unbelievable doesn't");
  const fresh = createTokenizer(definition);
  fresh.encode("doesn't unbelievable doesn't");
  expect(fresh.encode("unbelievable doesn't")).toEqual(first);
});

test("text never gives the separator, not even its own name, and the separator decodes to that name", () => {
  const ids = tokenizer.encode("a<|endoftext|>b");
  expect(ids).not.toContain(endOfText);
  expect(tokenizer.decode(ids)).toBe("a<|endoftext|>b");
  expect(tokenizer.decode([endOfText])).toBe("<|endoftext|>");
  expect(tokenizer.tokenBytes(endOfText)).toHaveLength(0);
});

test("a megabyte without spaces is encoded and comes back", () => {
  const dna = Array.from({ length: 2 ** 20 }, (_, i) => "ACGT"[(Math.imul(i, 2654435761) >>> 13) & 3]).join("");
  const ids = tokenizer.encode(dna);
  expect(ids.length).toBeLessThan(dna.length / 1.5);
  expect(tokenizer.decode(ids)).toBe(dna);
});

test("a token is shown as text, with the bytes of broken characters in hexadecimal", () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const tokens = [
    bytes(0xd8),
    bytes(0x61, 0xe2, 0x82),
    bytes(0xe2, 0x82, 0xac),
    bytes(0x80, 0xc3, 0xa9),
    bytes(0xff),
    bytes(),
  ];
  const shown = createTokenizer({ tokens, merges: [], endOfText: 5 });
  expect(tokens.map((_, id) => shown.tokenText(id))).toEqual([
    "\\xd8",
    "a\\xe2\\x82",
    "€",
    "\\x80é",
    "\\xff",
    "<|endoftext|>",
  ]);
});
