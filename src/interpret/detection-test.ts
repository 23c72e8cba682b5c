import { createPermutation } from "../numerics/permutation.ts";
import { createRandomStream } from "../numerics/random.ts";
import type { Passage } from "./passage.ts";

/** A passage and whether the feature is active anywhere in it: what detection asks. */
export interface DetectionItem {
  readonly passage: Passage;
  readonly active: boolean;
}

/** A passage with marked tokens and whether these are its active ones: what fuzzing asks. */
export interface FuzzingItem {
  readonly passage: Passage;
  readonly marked: readonly boolean[]; // one a token of the passage
  readonly right: boolean;
}

/** Active and silent passages in random order. */
export function createDetectionItems(
  firing: readonly Passage[],
  silent: readonly Passage[],
  seed: number,
  feature: number,
): DetectionItem[] {
  const items = [
    ...firing.map((passage) => ({ passage, active: true })),
    ...silent.map((passage) => ({ passage, active: false })),
  ];
  const order = createPermutation(items.length, seed, "detection", feature);
  return items.map((_, i) => items[order(i)]!);
}

/**
 * Active passages, every other one marked on its active tokens, the others on as many silent tokens drawn at random (as many as there
 * are). Passages in which every token is active cannot be marked wrongly and are left out.
 */
export function createFuzzingItems(firing: readonly Passage[], seed: number, feature: number): FuzzingItem[] {
  const usable = firing.filter(({ tokens, activations }) =>
    tokens.some((token, place) => token >= 0 && activations[place]! === 0),
  );
  const stream = createRandomStream(seed, "fuzzing", feature);
  const items = usable.map((passage, i) => {
    const right = i % 2 === 0;
    return { passage, right, marked: right ? passage.activations.map((value) => value > 0) : markSilent(passage, i) };
  });
  return items;

  function markSilent({ tokens, activations }: Passage, item: number): boolean[] {
    const silent = tokens.flatMap((token, place) => (token >= 0 && activations[place] === 0 ? [place] : []));
    const active = activations.filter((value) => value > 0).length;
    const drawn = silent
      .map((place) => ({ place, key: stream.bits(item * tokens.length + place) }))
      .sort((a, b) => a.key - b.key)
      .slice(0, active);
    return tokens.map((_, place) => drawn.some((entry) => entry.place === place));
  }
}

/** The mean of the shares of true and of false items that were answered right: 0.5 for answers that know nothing; null without either kind. */
export function scoreBalancedAccuracy(answers: readonly boolean[], truths: readonly boolean[]): number | null {
  const shareOf = (truth: boolean): number => {
    const asked = truths.flatMap((value, i) => (value === truth ? [answers[i] === truth] : []));
    return asked.filter((right) => right).length / asked.length;
  };
  const score = (shareOf(true) + shareOf(false)) / 2;
  return Number.isNaN(score) ? null : score;
}
