import { readFile } from "node:fs/promises";
import { parseTokenizerJson } from "../text/tokenizer-json.ts";
import type { Vocabulary } from "./api.ts";

/** The bytes of every token of a `tokenizer.json`, or null as long as there is none. */
export async function readVocabulary(path: string): Promise<Vocabulary | null> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return null;
  const { tokens, endOfText } = parseTokenizerJson(JSON.parse(text), path);
  return { tokens: tokens.map((bytes) => Buffer.from(bytes).toString("base64")), endOfText };
}
