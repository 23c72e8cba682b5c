import { readJson } from "../store/read-json.ts";
import type { RunPaths } from "../store/run-directory.ts";
import { createTokenizer, type Tokenizer } from "../text/tokenizer.ts";
import { parseTokenizerJson } from "../text/tokenizer-json.ts";

/** The tokenizer of a run. */
export function readTokenizer(paths: RunPaths): Tokenizer {
  return createTokenizer(parseTokenizerJson(readJson(paths.corpus.tokenizer, "tokenize"), paths.corpus.tokenizer));
}
