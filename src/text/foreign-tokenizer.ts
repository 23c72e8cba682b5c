import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { UserError } from "../numerics/user-error.ts";
import { createByteAlphabet } from "./byte-alphabet.ts";
import { renderBytes, type Tokenizer } from "./tokenizer.ts";

/** Names of the token that ends or separates documents, the first one found being used. */
const SEPARATORS = ["<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|eos|>", "[SEP]", "<s>", "<bos>"];

const foreignJsonSchema = z.looseObject({
  added_tokens: z
    .array(z.looseObject({ id: z.int().min(0), content: z.string(), special: z.boolean().optional() }))
    .default([]),
  normalizer: z.unknown().default(null),
  pre_tokenizer: z.unknown().default(null),
  post_processor: z.unknown().default(null),
  decoder: z.unknown().default(null),
  model: z.looseObject({}),
});

type ForeignJson = z.infer<typeof foreignJsonSchema>;

/**
 * A tokenizer from any `tokenizer.json`, run by `@huggingface/tokenizers`: other pre-tokenisers, normalisers and models.
 * Special tokens are never produced from text and none is added; `name` is the file, for errors.
 */
export function createForeignTokenizer(json: unknown, name = "tokenizer.json"): Tokenizer {
  const foreign = parseForeignJson(json, name);
  const plainTokens = foreign.added_tokens.filter(({ special }) => special !== true);
  const encoder = load({ ...foreign, added_tokens: plainTokens }, name);
  const decoder = load(foreign, name);
  const names = new Map(Array.from(decoder.get_vocab(), ([token, id]) => [id, token]));
  const endOfText = findSeparator(foreign, name);
  const specials = new Set(foreign.added_tokens.filter(({ special }) => special === true).map(({ id }) => id));
  const bytesOf = createTokenBytes(foreign);
  const tokenBytes = (id: number): Uint8Array => (specials.has(id) ? new Uint8Array(0) : bytesOf(names.get(id) ?? ""));
  return {
    vocabularySize: 1 + names.keys().reduce((highest, id) => Math.max(highest, id), endOfText),
    endOfText,
    encode: (text) => Int32Array.from(encoder.encode(text.toWellFormed(), { add_special_tokens: false }).ids),
    decode: (ids) => (ids.length === 0 ? "" : decoder.decode(Array.from(ids), { clean_up_tokenization_spaces: false })),
    tokenBytes,
    tokenText: (id) => (specials.has(id) ? (names.get(id) ?? "") : renderBytes(tokenBytes(id))),
  };
}

function parseForeignJson(json: unknown, name: string): ForeignJson {
  const parsed = foreignJsonSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new UserError(
    `${name} is no Hugging Face tokenizer: ${issue.path.join(".") || "the whole"}: ${issue.message}; give the model's tokenizer.json`,
  );
}

function load(json: object, name: string): HuggingFaceTokenizer {
  try {
    return new HuggingFaceTokenizer(json, {});
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${name} cannot be used: ${reason}; give a tokenizer.json that transformers.js can load`);
  }
}

function findSeparator({ added_tokens: added }: ForeignJson, name: string): number {
  for (const separator of SEPARATORS) {
    const token = added.find(({ content }) => content === separator);
    if (token !== undefined) return token.id;
  }
  throw new UserError(`${name} has no token that separates documents: wanted one of ${SEPARATORS.join(" ")}`);
}

/** The bytes of a token from its name: GPT-2's alphabet, or SentencePiece's `▁` and `<0x0A>`, or WordPiece's `##`. */
function createTokenBytes({ decoder, added_tokens: added }: ForeignJson): (token: string) => Uint8Array {
  const utf8 = new TextEncoder();
  const verbatim = new Set(added.map(({ content }) => content));
  if (JSON.stringify(decoder).includes('"ByteLevel"')) {
    const alphabet = createByteAlphabet();
    return (token) => (verbatim.has(token) ? undefined : alphabet.parse(token)) ?? utf8.encode(token);
  }
  return (token) => {
    if (verbatim.has(token)) return utf8.encode(token);
    const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
    if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
    return utf8.encode(token.replace(/^##/, "").replaceAll("▁", " "));
  };
}
