import { expect, test } from "vitest";
import { diverseTexts } from "../../test/support/diverse-texts.ts";
import { trainOnTexts } from "../../test/support/train-on-texts.ts";
import {
  countContexts,
  createContextSampler,
  createHeldOutSplit,
  createTokenStreamBuilder,
  documentAt,
  readContext,
  type TokenStream,
  tokenByteLengths,
} from "./contexts.ts";
import { createTokenizer } from "./tokenizer.ts";

const tokenizer = createTokenizer(trainOnTexts(diverseTexts, { vocabularySize: 500 }));

const numbered = (length: number): TokenStream => ({
  tokens: Uint16Array.from({ length }, (_, i) => i),
  documentStarts: Uint32Array.of(0),
  documentLabels: [{}],
});

test("a stream is each document's separator and tokens, and knows where they begin and their labels", () => {
  const builder = createTokenStreamBuilder(tokenizer);
  for (const [i, text] of diverseTexts.entries()) builder.add({ text, labels: { number: `${i}` } });
  const stream = builder.finish();
  expect(builder.documents).toBe(diverseTexts.length);
  expect(builder.tokens).toBe(stream.tokens.length);
  expect(stream.tokens).toBeInstanceOf(Uint16Array);
  for (const [d, text] of diverseTexts.entries()) {
    const [separator, ...ids] = stream.tokens.slice(stream.documentStarts[d], stream.documentStarts[d + 1]);
    expect(separator).toBe(tokenizer.endOfText);
    expect(tokenizer.decode(ids)).toBe(text);
    expect(stream.documentLabels[d]).toEqual({ number: `${d}` });
  }
});

test("the stream grows past its first buffer", () => {
  const builder = createTokenStreamBuilder(tokenizer);
  const text = "q~".repeat(50_000);
  builder.add({ text, labels: {} });
  builder.add({ text, labels: {} });
  const { tokens, documentStarts } = builder.finish();
  expect(tokenizer.decode(tokens.subarray(1, documentStarts[1]))).toBe(text);
  expect(tokens.length).toBe(2 * documentStarts[1]!);
});

test("contexts do not overlap, miss nothing before the tail, and each target is the next input", () => {
  expect([0, 1, 4, 5, 8, 9].map((length) => countContexts(numbered(length), 4))).toEqual([0, 0, 0, 1, 1, 2]);
  const inputs = new Int32Array(10).fill(-1);
  const targets = new Int32Array(10).fill(-1);
  readContext(numbered(9), 0, 4, inputs, targets, 1);
  readContext(numbered(9), 1, 4, inputs, targets, 5);
  expect([...inputs]).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, 7, -1]);
  expect([...targets]).toEqual([-1, 1, 2, 3, 4, 5, 6, 7, 8, -1]);
});

test("each epoch visits every context once, in an order of its own that only seed and index decide", () => {
  const count = 37;
  const order = (seed: number) => {
    const sampler = createContextSampler({ count, seed });
    return Array.from({ length: 3 * count }, (_, index) => sampler.contextAt(index));
  };
  const epochs = [0, 1, 2].map((epoch) => order(5).slice(epoch * count, (epoch + 1) * count));
  for (const epoch of epochs) expect(new Set(epoch)).toEqual(new Set(Array.from({ length: count }, (_, i) => i)));
  expect(epochs[0]).not.toEqual(epochs[1]);
  expect(order(5)).not.toEqual(order(6));
  const resumed = createContextSampler({ count, seed: 5 });
  expect([80, 3, 40].map(resumed.contextAt)).toEqual([80, 3, 40].map((index) => order(5)[index]));
});

test("every token belongs to the last document that begins at or before it", () => {
  const stream = { ...numbered(12), documentStarts: Uint32Array.of(0, 1, 5, 11) };
  expect(Array.from({ length: 12 }, (_, token) => documentAt(stream, token))).toEqual([
    0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3,
  ]);
});

test("the byte lengths of a text's tokens add up to its bytes, and the separator has none", () => {
  const lengths = tokenByteLengths(tokenizer);
  for (const text of diverseTexts) {
    const bytes = tokenizer.encode(text).reduce((sum, id) => sum + lengths[id]!, 0);
    expect(bytes).toBe(new TextEncoder().encode(text).length);
  }
  expect(lengths[tokenizer.endOfText]).toBe(0);
});

test("the share asked for is held out, at least one document and never all, the same ones for the same seed", () => {
  const heldOut = (documents: number, share: number, seed: number) => {
    const isHeldOut = createHeldOutSplit(documents, share, seed);
    return Array.from({ length: documents }, (_, index) => isHeldOut(index));
  };
  const size = (documents: number, share: number) => heldOut(documents, share, 1).filter(Boolean).length;
  expect(size(10_000, 0.05)).toBe(500);
  expect(size(9, 0.05)).toBe(1);
  expect(size(2, 0.99)).toBe(1);
  expect(size(1, 0.5)).toBe(0);
  expect(heldOut(1000, 0.05, 1)).toEqual(heldOut(1000, 0.05, 1));
  expect(heldOut(1000, 0.05, 1)).not.toEqual(heldOut(1000, 0.05, 2));
});
