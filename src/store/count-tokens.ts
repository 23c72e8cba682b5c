import { closeSync, openSync, readSync } from "node:fs";
import type { RunPaths, Split } from "./run-directory.ts";

const BLOCK_BYTES = 1 << 20;

/** How often each token occurs in a split written by `writeTokenStream`, read in blocks; ids the model does not know are ignored. */
export function countTokens(paths: RunPaths, split: Split, vocabularySize: number): Float64Array {
  const counts = new Float64Array(vocabularySize);
  const file = openSync(paths.corpus.tokens(split), "r");
  const block = new Uint8Array(BLOCK_BYTES);
  try {
    for (;;) {
      const bytes = readSync(file, block, 0, BLOCK_BYTES, null);
      if (bytes === 0) return counts;
      const ids =
        vocabularySize <= 65_536
          ? new Uint16Array(block.buffer, 0, bytes >> 1)
          : new Uint32Array(block.buffer, 0, bytes >> 2);
      for (const id of ids) if (id < vocabularySize) counts[id] = counts[id]! + 1;
    }
  } finally {
    closeSync(file);
  }
}

/** How often each token occurs in the text the model learned from and in the held-out text. */
export function countAllTokens(paths: RunPaths, vocabularySize: number): Float64Array {
  const counts = countTokens(paths, "valid", vocabularySize);
  const training = countTokens(paths, "train", vocabularySize);
  return counts.map((count, token) => count + training[token]!);
}
