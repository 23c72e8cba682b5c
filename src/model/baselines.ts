import type { TokenStream } from "../text/contexts.ts";

/** Losses in nats per token of models that only count, on the tokens a transformer predicts. */
export interface BaselineLosses {
  readonly unigramLoss: number;
  readonly bigramLoss: number;
}

const BIGRAM_PRIOR = 100;
const EMPTY = -1;

/**
 * Unigram: (count + 1) / (total + V). Bigram: (count(a, b) + 100 unigram(b)) / (count(a) + 100), a Dirichlet prior at the
 * unigram. Counts come from `training`; judged are tokens 1 .. `predicted` of `validation`.
 */
export function measureBaselines(
  training: TokenStream,
  validation: TokenStream,
  vocabularySize: number,
  predicted: number,
): BaselineLosses {
  const V = vocabularySize;
  const judged = validation.tokens.subarray(0, predicted + 1);
  const counts = countTokens(training.tokens, V);
  const pairs = countPairs(training.tokens, judged, V);
  const total = training.tokens.length;
  const last = training.tokens.at(-1);
  let unigramNats = 0;
  let bigramNats = 0;
  for (let index = 1; index <= predicted; index++) {
    const [a, b] = [judged[index - 1]!, judged[index]!];
    const unigram = (counts[b]! + 1) / (total + V);
    const followed = counts[a]! - Number(a === last);
    unigramNats -= Math.log(unigram);
    bigramNats -= Math.log((pairs.count(a, b) + BIGRAM_PRIOR * unigram) / (followed + BIGRAM_PRIOR));
  }
  return { unigramLoss: unigramNats / predicted, bigramLoss: bigramNats / predicted };
}

function countTokens(tokens: ArrayLike<number>, vocabularySize: number): Float64Array {
  const counts = new Float64Array(vocabularySize);
  for (let index = 0; index < tokens.length; index++) counts[tokens[index]!]!++;
  return counts;
}

/** Counts in `text` of the pairs that occur in `asked`: memory grows with the held-out text, not with V * V. */
function countPairs(
  text: ArrayLike<number>,
  asked: ArrayLike<number>,
  vocabularySize: number,
): { count(a: number, b: number): number } {
  const slots = 2 ** Math.ceil(Math.log2(2 * asked.length + 2));
  const keys = new Float64Array(slots).fill(EMPTY);
  const counts = new Float64Array(slots);
  const slotOf = (key: number): number => {
    let slot = (Math.imul(key % 4294967291, 0x9e3779b1) >>> 7) & (slots - 1);
    while (keys[slot] !== EMPTY && keys[slot] !== key) slot = (slot + 1) & (slots - 1);
    return slot;
  };
  const keyOf = (a: number, b: number) => a * vocabularySize + b;
  for (let index = 1; index < asked.length; index++) {
    const key = keyOf(asked[index - 1]!, asked[index]!);
    keys[slotOf(key)] = key;
  }
  for (let index = 1; index < text.length; index++) {
    const slot = slotOf(keyOf(text[index - 1]!, text[index]!));
    if (keys[slot] !== EMPTY) counts[slot]!++;
  }
  return { count: (a, b) => counts[slotOf(keyOf(a, b))]! };
}
