import { readFile } from "node:fs/promises";
import { parseTokenizerJson } from "../text/tokenizer-json.ts";
import type { Vocabulary } from "./api.ts";

/** The bytes of every token of a `tokenizer.json`. */
export async function readVocabulary(path: string): Promise<Vocabulary> {
  const { tokens, endOfText } = parseTokenizerJson(JSON.parse(await readFile(path, "utf8")), path);
  return { tokens: tokens.map((bytes) => Buffer.from(bytes).toString("base64")), endOfText };
}
