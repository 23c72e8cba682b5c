import { compileCharacterClass, listAlphabets } from "./compile-rule.ts";
import { IMPROBABLE, type ProxyText } from "./proxy-text.ts";
import { readCodePoints } from "./read-characters.ts";

/** A string of characters drawn at random from an alphabet of `size`, or from any one of several. */
export interface StringModel {
  readonly alphabet: string | readonly string[];
  readonly size: number;
  /** Tokens of the shortest string that counts. */
  readonly minimumTokens: number;
}

/**
 * The score of every token of a text for a model of random strings: the maximum over strings s of at least `minimumTokens`
 * consecutive tokens that end with the token of log P(s|model) - log P(s). A character of the alphabet has probability 1 / size,
 * any other, and any part of one, 1e-10; P(s) is the product of its tokens' unigram probabilities. Both are sums over tokens, so
 * that one running maximum is enough. No string reaches over a separator; -Infinity where there is none long enough. Of several
 * alphabets the largest score counts.
 */
export function scoreString(text: ProxyText, model: StringModel): Float64Array {
  const [first, ...others] = listAlphabets(model.alphabet).map((alphabet) =>
    scoreAlphabet(text, { ...model, alphabet }),
  );
  return others.reduce((best, scores) => best.map((score, i) => Math.max(score, scores[i]!)), first!);
}

function scoreAlphabet(text: ProxyText, model: StringModel & { readonly alphabet: string }): Float64Array {
  const weights = weighTokens(text, model);
  const { tokens } = text.stream;
  const scores = new Float64Array(tokens.length);
  const before = model.minimumTokens - 1;
  /** The largest sum of one or more consecutive weights that end with each token, -Infinity on separators. */
  const best = new Float64Array(tokens.length);
  for (let i = 0; i < tokens.length; i++) best[i] = weights[tokens[i]!]! + Math.max(0, i > 0 ? best[i - 1]! : 0);
  for (let i = 0; i < tokens.length; i++) {
    scores[i] = i < before ? Number.NEGATIVE_INFINITY : best[i - before]!;
    for (let k = Math.max(0, i - before + 1); k <= i; k++) scores[i]! += weights[tokens[k]!]!;
  }
  return scores;
}

/** log P(t|model) - log P(t) of every token of the vocabulary; -Infinity for the separator and for tokens the corpus lacks. */
function weighTokens(
  { tokenizer, tokenCounts }: ProxyText,
  { alphabet, size }: Parameters<typeof scoreAlphabet>[1],
): Float64Array {
  const pattern = compileCharacterClass(alphabet)!;
  const total = tokenCounts.reduce((sum, count) => sum + count, 0);
  const isKnown = (codePoint: number) => codePoint >= 0 && pattern.test(String.fromCodePoint(codePoint));
  return Float64Array.from(tokenCounts, (count, token) => {
    if (token === tokenizer.endOfText || count === 0) return Number.NEGATIVE_INFINITY;
    const logs = readCodePoints(tokenizer.tokenBytes(token)).map((codePoint) =>
      Math.log(isKnown(codePoint) ? 1 / size : IMPROBABLE),
    );
    return logs.reduce((sum, value) => sum + value, 0) - Math.log(count / total);
  });
}
