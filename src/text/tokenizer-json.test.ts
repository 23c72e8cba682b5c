import { expect, test } from "vitest";
import { diverseTexts } from "../../test/support/diverse-texts.ts";
import { trainOnTexts } from "../../test/support/train-on-texts.ts";
import { parseTokenizerJson, renderTokenizerJson } from "./tokenizer-json.ts";

interface MutableJson {
  added_tokens: { id: number; content: string }[];
  normalizer: unknown;
  pre_tokenizer: { type: string; add_prefix_space: boolean };
  model: { type: string; vocab: Record<string, unknown>; merges: unknown[] };
}

const definition = trainOnTexts([...diverseTexts, "__proto__ ".repeat(50)], { vocabularySize: 400 });
const freshJson = (): MutableJson => JSON.parse(JSON.stringify(renderTokenizerJson(definition)));

test("a definition survives being written and read", () => {
  expect(parseTokenizerJson(freshJson())).toEqual(definition);
});

test("merges written as pairs and a separator missing from the vocabulary are read too", () => {
  const json = freshJson();
  json.model.merges = json.model.merges.map((merge) => String(merge).split(" "));
  delete json.model.vocab["<|endoftext|>"];
  expect(parseTokenizerJson(json)).toEqual(definition);
});

test("bytes are written in GPT-2's alphabet", () => {
  const { vocab } = freshJson().model;
  const wanted = { A: 65, Ġ: 32, Ċ: 10, Ā: 0, ÿ: 255, Ń: 173 };
  expect(vocab).toMatchObject(wanted);
});

const first = (json: MutableJson): string => String(json.model.merges[0]);

const damages: readonly [string, (json: MutableJson) => void, RegExp][] = [
  ["no merges", (json) => Reflect.deleteProperty(json.model, "merges"), /model\.merges does not fit/],
  ["no vocabulary", (json) => Reflect.deleteProperty(json.model, "vocab"), /model\.vocab does not fit/],
  ["another model", (json) => Object.assign(json.model, { type: "Unigram" }), /model\.type does not fit/],
  ["a normaliser", (json) => Object.assign(json, { normalizer: { type: "NFC" } }), /normalizer does not fit/],
  ["a prefix space", (json) => Object.assign(json.pre_tokenizer, { add_prefix_space: true }), /add_prefix_space/],
  ["a merge that stands there twice", (json) => json.model.merges.push(first(json)), /merge 143 .* stands there twice/],
  ["a merge of three", (json) => json.model.merges.push("a b c"), /merge 143 \("a b c"\) has 3 parts, wanted 2/],
  ["a merge of the unknown", (json) => json.model.merges.push("a 한"), /needs the token "한"/],
  ["a merge without result", (json) => json.model.merges.push("q Z"), /needs the token "qZ"/],
  ["an id that is no number", (json) => Object.assign(json.model.vocab, { A: "65" }), /token "A" has the id "65"/],
  [
    "an id out of range",
    (json) => Object.assign(json.model.vocab, { A: 5000 }),
    /token "A" has the id 5000, wanted 0 to 399/,
  ],
  ["an id used twice", (json) => Object.assign(json.model.vocab, { A: 66 }), /"A" and "B" share the id 66/],
  ["a byte without token", (json) => renameToken(json, "~", "AA~"), /1 of the 256 bytes have no token/],
  ["a foreign character", (json) => renameToken(json, "~", "한"), /token "한" has a character that stands for no byte/],
  ["no separator", (json) => Object.assign(json, { added_tokens: [] }), /<\|endoftext\|> 0 times, wanted once/],
  [
    "another special token",
    (json) => json.added_tokens.push({ id: 400, content: "<pad>" }),
    /added_tokens has "<pad>"/,
  ],
  [
    "two ids for the separator",
    (json) => Object.assign(json.added_tokens[0]!, { id: 3 }),
    /399 in the vocabulary and 3/,
  ],
];

test.each(damages)("a file with %s is refused in one sentence that names it", (_, damage, sentence) => {
  const json = freshJson();
  damage(json);
  expect(() => parseTokenizerJson(json, "corpus/tokenizer.json")).toThrow(sentence);
  expect(() => parseTokenizerJson(json, "corpus/tokenizer.json")).toThrow(/^corpus\/tokenizer\.json: /);
});

test.each([null, 3, "text", [], {}])("%j is no tokenizer", (json) => {
  expect(() => parseTokenizerJson(json)).toThrow(/^tokenizer\.json: .* does not fit/);
});

function renameToken({ model }: MutableJson, from: string, to: string): void {
  model.vocab[to] = model.vocab[from];
  delete model.vocab[from];
}
