import { GPT2_PATTERN } from "../../src/text/pre-tokenize.ts";

/** A merge as two byte strings (one character per byte). */
export type NaiveMerge = readonly [string, string];

const byteString = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

function mergeWord(word: readonly string[], [left, right]: NaiveMerge): string[] {
  const merged: string[] = [];
  for (let i = 0; i < word.length; i++) {
    if (word[i] === left && word[i + 1] === right) merged.push(left + word[++i]);
    else merged.push(word[i]!);
  }
  return merged;
}

/** Byte-pair encoding by the book: apply each merge in turn to the whole pre-token. Quadratic; returns the tokens' bytes. */
export function encodeNaively(text: string, merges: readonly NaiveMerge[]): string[] {
  return (text.match(GPT2_PATTERN) ?? []).flatMap((preToken) => {
    let word = [...byteString(preToken)];
    for (const merge of merges) word = mergeWord(word, merge);
    return word;
  });
}

/** Learns merges by counting every pair of the whole corpus again for each. Ties go to the smaller ids. */
export function learnNaively(texts: readonly string[], mergeCount: number, minimumCount: number): NaiveMerge[] {
  let words = texts.flatMap((text) => (text.match(GPT2_PATTERN) ?? []).map((preToken) => [...byteString(preToken)]));
  const ids = new Map(Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(byte), byte]));
  const merges: NaiveMerge[] = [];
  while (merges.length < mergeCount) {
    const best = mostFrequentPair(words, ids);
    if (best === undefined || best.count < minimumCount) break;
    merges.push(best.pair);
    if (!ids.has(best.pair.join(""))) ids.set(best.pair.join(""), ids.size);
    words = words.map((word) => mergeWord(word, best.pair));
  }
  return merges;
}

function mostFrequentPair(words: readonly string[][], ids: ReadonlyMap<string, number>) {
  const counts = new Map<string, { pair: NaiveMerge; count: number }>();
  for (const word of words)
    for (let i = 0; i + 1 < word.length; i++) {
      const pair = [word[i]!, word[i + 1]!] as const;
      const key = `${ids.get(pair[0])},${ids.get(pair[1])}`;
      const entry = counts.get(key) ?? { pair, count: 0 };
      entry.count++;
      counts.set(key, entry);
    }
  const idOf = (token: string) => ids.get(token)!;
  return [...counts.values()].sort(
    (a, b) => b.count - a.count || idOf(a.pair[0]) - idOf(b.pair[0]) || idOf(a.pair[1]) - idOf(b.pair[1]),
  )[0];
}
