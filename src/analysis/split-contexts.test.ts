import { expect, test } from "vitest";
import { documentAt, type TokenStream } from "../text/contexts.ts";
import { splitContexts } from "./split-contexts.ts";

const T = 4;

/** Documents of the given lengths in contexts, one after the other. */
function createStream(documents: readonly (readonly [domain: string, contexts: number])[]): TokenStream {
  const starts: number[] = [];
  let tokens = 0;
  for (const [, contexts] of documents) {
    starts.push(tokens);
    tokens += contexts * T;
  }
  return {
    tokens: new Uint16Array(tokens + 1),
    documentStarts: Uint32Array.from(starts),
    documentLabels: documents.map(([domain]) => ({ domain })),
  };
}

test("documents of one kind alternate between the halves, and none is in both", () => {
  const stream = createStream([
    ["news", 3],
    ["dna", 2],
    ["news", 1],
    ["dna", 4],
    ["news", 2],
  ]);
  const { selection, judgement } = splitContexts(stream, T, 100);
  const documentsOf = (contexts: Int32Array) => [...new Set([...contexts].map((k) => documentAt(stream, k * T)))];
  expect([...selection, ...judgement].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, k) => k));
  expect(documentsOf(selection)).toEqual([0, 3, 4]);
  expect(documentsOf(judgement)).toEqual([1, 2]);
});

test("the contexts of the only document of a kind alternate", () => {
  const { selection, judgement } = splitContexts(createStream([["text", 5]]), T, 100);
  expect([Array.from(selection), Array.from(judgement)]).toEqual([
    [0, 2, 4],
    [1, 3],
  ]);
});

test("fewer contexts than there are lie evenly over the whole text", () => {
  const { selection, judgement } = splitContexts(createStream([["text", 30]]), T, 6);
  expect([...selection, ...judgement].sort((a, b) => a - b)).toEqual([0, 5, 10, 15, 20, 25]);
});

test("both halves hold a context whenever there are two, and fewer are refused", () => {
  for (const documents of [
    [["a", 2]],
    [
      ["a", 1],
      ["a", 1],
    ],
    [
      ["a", 1],
      ["b", 1],
    ],
  ] as const) {
    const { selection, judgement } = splitContexts(createStream(documents), T, 100);
    expect([selection.length, judgement.length]).toEqual([1, 1]);
  }
  expect(() => splitContexts(createStream([["a", 1]]), T, 100)).toThrow(/2 held-out contexts of 4 tokens.*got 1/);
});
