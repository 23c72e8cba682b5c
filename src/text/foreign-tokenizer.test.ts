import { expect, test } from "vitest";
import { diverseTexts } from "../../test/support/diverse-texts.ts";
import { trainOnTexts } from "../../test/support/train-on-texts.ts";
import { createForeignTokenizer } from "./foreign-tokenizer.ts";
import { createTokenizer } from "./tokenizer.ts";
import { renderTokenizerJson } from "./tokenizer-json.ts";

const byteTokens = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
const sentencePieceTokens = ["<unk>", "<s>", "</s>", ...byteTokens, "▁", "h", "i", "▁h", "▁hi"];
const sentencePiece = {
  added_tokens: ["<unk>", "<s>", "</s>"].map((content, id) => ({ id, content, special: true, normalized: false })),
  normalizer: {
    type: "Sequence",
    normalizers: [
      { type: "Prepend", prepend: "▁" },
      { type: "Replace", pattern: { String: " " }, content: "▁" },
    ],
  },
  pre_tokenizer: null,
  post_processor: null,
  decoder: {
    type: "Sequence",
    decoders: [
      { type: "Replace", pattern: { String: "▁" }, content: " " },
      { type: "ByteFallback" },
      { type: "Fuse" },
      { type: "Strip", content: " ", start: 1, stop: 0 },
    ],
  },
  model: {
    type: "BPE",
    unk_token: "<unk>",
    fuse_unk: true,
    byte_fallback: true,
    vocab: Object.fromEntries(sentencePieceTokens.map((token, id) => [token, id])),
    merges: ["▁ h", "▁h i"],
  },
};

test("our own tokenizer.json gives the same tokenizer by the other road", () => {
  const definition = trainOnTexts(diverseTexts, { vocabularySize: 400 });
  const own = createTokenizer(definition);
  const foreign = createForeignTokenizer(JSON.parse(JSON.stringify(renderTokenizerJson(definition))));
  expect([foreign.vocabularySize, foreign.endOfText]).toEqual([400, 399]);
  for (const text of [...diverseTexts, "a<|endoftext|>b"]) {
    expect(foreign.encode(text)).toEqual(own.encode(text));
    expect(foreign.decode(foreign.encode(text))).toBe(text);
  }
  for (let id = 0; id < 400; id++) {
    expect(foreign.tokenBytes(id)).toEqual(own.tokenBytes(id));
    expect(foreign.tokenText(id)).toBe(own.tokenText(id));
  }
});

test("a SentencePiece tokenizer with byte fallback encodes, decodes and names its bytes", () => {
  const foreign = createForeignTokenizer(sentencePiece);
  expect(foreign.vocabularySize).toBe(264);
  expect(foreign.endOfText).toBe(2);
  expect([...foreign.encode("hi é")]).toEqual([263, 259, 3 + 0xc3, 3 + 0xa9]);
  expect(foreign.decode([263, 259, 3 + 0xc3, 3 + 0xa9])).toBe("hi é");
  expect(foreign.decode([])).toBe("");
  expect([...foreign.tokenBytes(263)]).toEqual([0x20, 0x68, 0x69]);
  expect([3 + 0xc3, 263, 2].map(foreign.tokenText)).toEqual(["\\xc3", " hi", "</s>"]);
});

test("what is no tokenizer, cannot be loaded or has no separator is refused in one sentence", () => {
  expect(() => createForeignTokenizer({ vocab: {} }, "x.json")).toThrow(
    /^x\.json is no Hugging Face tokenizer: model: /,
  );
  const unknown = { ...sentencePiece, pre_tokenizer: { type: "Telepathy" } };
  expect(() => createForeignTokenizer(unknown)).toThrow(/^tokenizer\.json cannot be used: .*Telepathy/);
  expect(() => createForeignTokenizer({ ...sentencePiece, added_tokens: [] })).toThrow(
    /no token that separates documents/,
  );
});
