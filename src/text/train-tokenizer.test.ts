import fc from "fast-check";
import { expect, test } from "vitest";
import { diverseTexts } from "../../test/support/diverse-texts.ts";
import { learnNaively } from "../../test/support/naive-byte-pairs.ts";
import { trainOnTexts } from "../../test/support/train-on-texts.ts";
import type { TokenizerDefinition } from "./tokenizer.ts";
import { createTokenizerTrainer } from "./train-tokenizer.ts";

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const namedMerges = ({ tokens, merges }: TokenizerDefinition) =>
  merges.map(({ left, right }) => [latin1(tokens[left]!), latin1(tokens[right]!)]);

test("the merges are those found by counting every pair again after each merge", () => {
  const texts = diverseTexts.slice(0, 12);
  const definition = trainOnTexts(texts, { vocabularySize: 257 + 120 });
  expect(namedMerges(definition)).toEqual(learnNaively(texts, 120, 2));
});

test("on runs that overlap themselves the incremental counts stay exact", () => {
  const text = fc.array(fc.constantFrom("a", "aa", "ab", "b", " "), { maxLength: 60 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
      const definition = trainOnTexts(texts, { vocabularySize: 257 + 30 });
      const wanted = learnNaively(texts, definition.merges.length + 1, 2);
      expect(namedMerges(definition)).toEqual(wanted.slice(0, definition.merges.length));
      if (definition.tokens.length < 287) expect(wanted).toHaveLength(definition.merges.length);
    }),
    { numRuns: 200, seed: 1 },
  );
});

test("ids are the bytes, then one new token per merge, then the separator", () => {
  const { tokens, merges, endOfText } = trainOnTexts(diverseTexts, { vocabularySize: 400 });
  expect(tokens.slice(0, 256).map((bytes) => [...bytes])).toEqual(Array.from({ length: 256 }, (_, byte) => [byte]));
  expect(new Set(tokens.map(latin1)).size).toBe(400);
  expect(endOfText).toBe(399);
  for (const { left, right, merged } of merges)
    expect(latin1(tokens[merged]!)).toBe(latin1(tokens[left]!) + latin1(tokens[right]!));
});

test("a corpus too small for the vocabulary gives fewer tokens", () => {
  expect(trainOnTexts([], { vocabularySize: 4096 }).tokens).toHaveLength(257);
  expect(namedMerges(trainOnTexts(["ab ab"], { vocabularySize: 4096 }))).toEqual([["a", "b"]]);
});

test("beyond maxBytes a share of the texts is counted, the same ones every time", () => {
  const count = (seed: number) => {
    const trainer = createTokenizerTrainer({ vocabularySize: 300, maxBytes: 1000, seed });
    for (let i = 0; i < 1000; i++) trainer.add("0123456789");
    return trainer.countedBytes;
  };
  expect(count(1)).toBe(count(1));
  const expected = 1000 * (1 + Math.log(10));
  expect(Math.abs(count(1) - expected)).toBeLessThan(expected * 0.15);
});

test("a run of letters without end is counted in pieces and learnt from", () => {
  const dna = Array.from({ length: 200_000 }, (_, i) => "ACGT"[(Math.imul(i, 2654435761) >>> 13) & 3]).join("");
  const definition = trainOnTexts([dna], { vocabularySize: 300 });
  expect(definition.tokens).toHaveLength(300);
});

test("progress is reported and ends at the number of merges", () => {
  const trainer = createTokenizerTrainer({ vocabularySize: 400 });
  for (const text of diverseTexts) trainer.add(text);
  const events = [...trainer.train()];
  expect(events.map((event) => event.merges)).toEqual([64, 128, 143]);
  expect(events.every((event) => event.of === 143)).toBe(true);
});

test("a vocabulary without room for the bytes is refused", () => {
  expect(() => createTokenizerTrainer({ vocabularySize: 256 })).toThrow(/got 256, wanted a whole number from 257/);
});
