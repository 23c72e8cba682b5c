import { createRandomStream } from "../numerics/random.ts";
import { UserError } from "../numerics/user-error.ts";
import { learnMerges } from "./learn-merges.ts";
import { createPreTokenizer } from "./pre-tokenize.ts";
import type { Merge, TokenizerDefinition } from "./tokenizer.ts";
import { utf8Length } from "./utf8-length.ts";

/** Progress of the trainer: `merges` of at most `of` are learnt. */
export interface TokenizerTrainingEvent {
  readonly kind: "merges";
  readonly merges: number;
  readonly of: number;
}

/** How large a vocabulary to learn, and from how much text. */
export interface TokenizerTrainingOptions {
  /** Number of ids wanted: 256 bytes, the merges and the separator. A small corpus gives fewer. */
  readonly vocabularySize: number;
  /** A pair seen fewer times than this is not merged (2 unless given). */
  readonly minimumCount?: number;
  /**
   * Bytes of text counted in full (64 MiB unless given). Beyond, a text is counted with the probability maxBytes / bytes seen
   * so far, so a corpus of N bytes costs about maxBytes (1 + ln(N / maxBytes)).
   */
  readonly maxBytes?: number;
  /** Seed of that choice (0 unless given). */
  readonly seed?: number;
}

/** Counts pre-tokens text by text, then learns the merges. */
export interface TokenizerTrainer {
  add(text: string): void;
  /** Bytes counted so far (UTF-8). */
  readonly countedBytes: number;
  train(): Generator<TokenizerTrainingEvent, TokenizerDefinition>;
}

const BYTES = 256;
/** Longer pre-tokens (DNA, unbroken scripts) are counted in pieces of this many UTF-16 units. */
const LONGEST_COUNTED = 128;
/** Once the distinct pre-tokens fill this many bytes, new ones are no longer counted, which bounds memory. */
const MAX_DISTINCT_BYTES = 12 * 2 ** 20;

/**
 * A trainer of byte-level BPE (Sennrich et al. 2016 on GPT-2's bytes and pre-tokens). The same texts in the same order give
 * the same definition: ties go to the smaller left id, then the smaller right id. Ids are 0-255 for the bytes, then the
 * merges in the order learnt, then `endOfText`.
 */
export function createTokenizerTrainer(options: TokenizerTrainingOptions): TokenizerTrainer {
  const { vocabularySize, minimumCount = 2, maxBytes = 64 * 2 ** 20, seed = 0 } = options;
  if (!Number.isInteger(vocabularySize) || vocabularySize < BYTES + 1)
    throw new UserError(
      `the vocabulary must hold 256 bytes and a separator: got ${vocabularySize}, wanted a whole number from ${BYTES + 1}`,
      2,
    );
  const counter = createPreTokenCounter();
  const choice = createRandomStream(seed, "tokenizer sample");
  let texts = 0;
  let seenBytes = 0;
  let countedBytes = 0;

  return {
    add: (text) => {
      const bytes = utf8Length(text);
      const share = maxBytes / Math.max(seenBytes, 1);
      seenBytes += bytes;
      if (choice.uniform(texts++) >= share) return;
      countedBytes += bytes;
      counter.add(text);
    },
    get countedBytes() {
      return countedBytes;
    },
    *train() {
      const merges: Merge[] = [];
      const of = vocabularySize - BYTES - 1;
      const tokens = Array.from({ length: BYTES }, (_, byte) => Uint8Array.of(byte));
      for (const merge of learnMerges(counter.words, counter.counts, {
        tokens,
        vocabularySize: vocabularySize - 1,
        minimumCount,
      })) {
        merges.push(merge);
        if (merges.length % 64 === 0) yield { kind: "merges", merges: merges.length, of };
      }
      yield { kind: "merges", merges: merges.length, of };
      const endOfText = tokens.length;
      tokens.push(new Uint8Array(0));
      return { tokens, merges, endOfText };
    },
  };
}

interface PreTokenCounter {
  readonly words: readonly string[];
  readonly counts: readonly number[];
  add(text: string): void;
}

function createPreTokenCounter(): PreTokenCounter {
  const preTokenize = createPreTokenizer();
  const utf8 = new TextEncoder();
  const plain = new TextDecoder("utf-8", { ignoreBOM: true });
  const indexOf = new Map<string, number>();
  const words: string[] = [];
  const counts: number[] = [];
  let distinctBytes = 0;

  const count = (word: string): void => {
    const known = indexOf.get(word);
    if (known !== undefined) {
      counts[known]!++;
      return;
    }
    if (distinctBytes >= MAX_DISTINCT_BYTES) return;
    distinctBytes += utf8Length(word);
    // A fresh string: a slice would keep the whole text it was cut from alive.
    const copy = plain.decode(utf8.encode(word));
    indexOf.set(copy, words.length);
    words.push(copy);
    counts.push(1);
  };

  return {
    words,
    counts,
    add: (text) => {
      const wellFormed = text.toWellFormed();
      preTokenize(wellFormed, (start, end) => {
        if (end - start <= LONGEST_COUNTED) count(wellFormed.slice(start, end));
        else for (const piece of pieces(wellFormed, start, end)) count(piece);
      });
    },
  };
}

function* pieces(text: string, start: number, end: number): Generator<string> {
  for (let from = start; from < end; ) {
    let to = Math.min(from + LONGEST_COUNTED, end);
    if (to < end && (text.charCodeAt(to) & 0xfc00) === 0xdc00) to--;
    yield text.slice(from, to);
    from = to;
  }
}
