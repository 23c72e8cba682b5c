import { expect, test } from "vitest";
import { mergeTokens } from "./merge-tokens.ts";

const encoder = new TextEncoder();

function cut(text: string, ...ends: number[]): Uint8Array[] {
  const bytes = encoder.encode(text);
  return [...ends, bytes.length].map((end, index) => bytes.slice(index === 0 ? 0 : ends[index - 1], end));
}

test("tokens that are whole characters stay by themselves", () => {
  expect(mergeTokens(cut("the cat", 3))).toEqual([
    { start: 0, end: 1, text: "the" },
    { start: 1, end: 2, text: " cat" },
  ]);
});

test("a line feed after a carriage return belongs to it, also where both end tokens of plain letters", () => {
  expect(mergeTokens(cut("a\r\nb", 2))).toEqual([{ start: 0, end: 2, text: "a\r\nb" }]);
  expect(mergeTokens(cut("a\nb", 2)).map(({ text }) => text)).toEqual(["a\n", "b"]);
});

test("a character whose bytes are spread over tokens is shown once, whole", () => {
  expect(mergeTokens(cut("a€b", 2, 3))).toEqual([{ start: 0, end: 3, text: "a€b" }]);
  expect(mergeTokens(cut("a€b", 1, 2, 4))).toEqual([
    { start: 0, end: 1, text: "a" },
    { start: 1, end: 3, text: "€" },
    { start: 3, end: 4, text: "b" },
  ]);
});

test("a letter and its combining mark, and the parts of a joined emoji, stay together", () => {
  expect(mergeTokens(cut("e\u0301x", 1, 3)).map(({ text }) => text)).toEqual(["e\u0301", "x"]);
  const family = "👩\u200d👧";
  expect(mergeTokens(cut(family, 4, 7))).toEqual([{ start: 0, end: 3, text: family }]);
});

test("bytes that are no UTF-8 show as replacement characters, and what follows is unharmed", () => {
  const tokens = [Uint8Array.of(0x80), Uint8Array.of(0xe2, 0x82), encoder.encode("ok"), Uint8Array.of(0xc3)];
  expect(
    mergeTokens(tokens)
      .map(({ text }) => text)
      .join(""),
  ).toBe("\ufffd\ufffd\ufffdok\ufffd");
  expect(mergeTokens(tokens).at(-1)).toEqual({ start: 3, end: 4, text: "\ufffd" });
});

test("the clusters cover all tokens in order, however the bytes are cut", () => {
  const bytes = encoder.encode("مرحبا 👍🏽 नमस्ते\r\n中文");
  for (let size = 1; size <= 5; size++) {
    const tokens = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    );
    const clusters = mergeTokens(tokens);
    expect(clusters.map(({ text }) => text).join("")).toBe("مرحبا 👍🏽 नमस्ते\r\n中文");
    expect(clusters.map(({ start }) => start)).toEqual([0, ...clusters.slice(0, -1).map(({ end }) => end)]);
    expect(clusters.at(-1)?.end).toBe(tokens.length);
  }
});

test("no tokens make no clusters, and an empty token joins the one before the next boundary", () => {
  expect(mergeTokens([])).toEqual([]);
  expect(
    mergeTokens([encoder.encode("a"), new Uint8Array(0)])
      .map(({ text }) => text)
      .join(""),
  ).toBe("a");
});
