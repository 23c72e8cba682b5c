import { z } from "zod";
import { UserError } from "../numerics/user-error.ts";
import { createByteAlphabet } from "./byte-alphabet.ts";
import { END_OF_TEXT, type Merge, type TokenizerDefinition } from "./tokenizer.ts";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const switchedOff = z.union([z.literal(false), z.literal("")]).nullish();

/** The parts of a `tokenizer.json` that a byte-level BPE tokenizer of GPT-2's kind may have; anything else would tokenise otherwise. */
const tokenizerJsonSchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })),
  normalizer: z.null().optional(),
  pre_tokenizer: z.looseObject({
    type: z.literal("ByteLevel"),
    add_prefix_space: z.literal(false),
    use_regex: z.literal(true).optional(),
  }),
  model: z.looseObject({
    type: z.literal("BPE"),
    dropout: z.literal(0).nullish(),
    continuing_subword_prefix: switchedOff,
    end_of_word_suffix: switchedOff,
    byte_fallback: switchedOff,
    ignore_merges: switchedOff,
    vocab: z.custom<Record<string, unknown>>(isObject, "wanted an object of tokens and ids"),
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  }),
});

/** The definition as the content of a Hugging Face `tokenizer.json` (byte-level BPE; the separator is the one added token). */
export function renderTokenizerJson({ tokens, merges, endOfText }: TokenizerDefinition): object {
  const alphabet = createByteAlphabet();
  const names = tokens.map((bytes, id) => (id === endOfText ? END_OF_TEXT : alphabet.render(bytes)));
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const addedToken = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [{ id: endOfText, content: END_OF_TEXT, ...addedToken }],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(names.map((name, id) => [name, id])),
      merges: merges.map(({ left, right }) => `${names[left]} ${names[right]}`),
    },
  };
}

/** Reads the parsed content of a `tokenizer.json` of GPT-2's kind; a `UserError` says what is wrong with any other (`name` is the file). */
export function parseTokenizerJson(json: unknown, name = "tokenizer.json"): TokenizerDefinition {
  const parsed = tokenizerJsonSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw damaged(
      name,
      `${issue.path.join(".") || "the whole"} does not fit a byte-level BPE tokenizer: ${issue.message}`,
    );
  }
  const { model, added_tokens: addedTokens } = parsed.data;
  const ids = parseVocabulary(model.vocab, name);
  const endOfText = parseEndOfText(addedTokens, ids, name);
  ids.set(END_OF_TEXT, endOfText);
  const tokens = parseTokens(ids, name);
  return { tokens, merges: parseMerges(model.merges, ids, name), endOfText };
}

function parseVocabulary(vocabulary: Record<string, unknown>, name: string): Map<string, number> {
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(vocabulary)) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0)
      throw damaged(
        name,
        `token ${JSON.stringify(token)} has the id ${JSON.stringify(id)}, wanted a whole number from 0`,
      );
    ids.set(token, id);
  }
  return ids;
}

function parseEndOfText(
  added: readonly { id: number; content: string }[],
  ids: Map<string, number>,
  name: string,
): number {
  const others = added.filter(({ content }) => content !== END_OF_TEXT);
  if (others.length > 0)
    throw damaged(name, `added_tokens has ${JSON.stringify(others[0]!.content)}, wanted ${END_OF_TEXT} alone`);
  const [token, ...more] = added;
  if (token === undefined || more.length > 0)
    throw damaged(name, `added_tokens has ${END_OF_TEXT} ${added.length} times, wanted once`);
  const known = ids.get(END_OF_TEXT);
  if (known !== undefined && known !== token.id)
    throw damaged(name, `${END_OF_TEXT} has the id ${known} in the vocabulary and ${token.id} in added_tokens`);
  return token.id;
}

function parseTokens(ids: ReadonlyMap<string, number>, name: string): Uint8Array[] {
  const alphabet = createByteAlphabet();
  const tokens: Uint8Array[] = [];
  const nameOf = new Map<number, string>();
  for (const [token, id] of ids) {
    const shown = JSON.stringify(token);
    if (id < 0 || id >= ids.size)
      throw damaged(name, `token ${shown} has the id ${id}, wanted 0 to ${ids.size - 1} for ${ids.size} tokens`);
    if (nameOf.has(id)) throw damaged(name, `${JSON.stringify(nameOf.get(id))} and ${shown} share the id ${id}`);
    nameOf.set(id, token);
    const bytes = token === END_OF_TEXT ? new Uint8Array(0) : alphabet.parse(token);
    if (bytes === undefined) throw damaged(name, `token ${shown} has a character that stands for no byte`);
    tokens[id] = bytes;
  }
  const single = new Set(tokens.filter((bytes) => bytes.length === 1).map((bytes) => bytes[0]));
  if (single.size < 256) throw damaged(name, `${256 - single.size} of the 256 bytes have no token`);
  return tokens;
}

function parseMerges(
  merges: readonly (string | [string, string])[],
  ids: ReadonlyMap<string, number>,
  name: string,
): Merge[] {
  const seen = new Set<string>();
  return merges.map((merge, rank) => {
    const parts = typeof merge === "string" ? merge.split(" ") : merge;
    const shown = `merge ${rank} (${JSON.stringify(parts.join(" "))})`;
    if (parts.length !== 2) throw damaged(name, `${shown} has ${parts.length} parts, wanted 2`);
    const [leftName, rightName] = parts as [string, string];
    const idOf = (token: string): number => {
      const id = ids.get(token);
      if (id === undefined || token === END_OF_TEXT)
        throw damaged(name, `${shown} needs the token ${JSON.stringify(token)}, which the vocabulary lacks`);
      return id;
    };
    if (seen.has(parts.join(" "))) throw damaged(name, `${shown} stands there twice`);
    seen.add(parts.join(" "));
    return { left: idOf(leftName), right: idOf(rightName), merged: idOf(leftName + rightName) };
  });
}

function damaged(name: string, problem: string): UserError {
  return new UserError(`${name}: ${problem}; use a byte-level BPE tokenizer.json or run tokenize again`);
}
