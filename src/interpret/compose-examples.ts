import { INTERVALS } from "../features/feature-record.ts";
import { createPermutation } from "../numerics/permutation.ts";
import { createPassageRegister, type Passage, type PassageRegister } from "./passage.ts";

/** How many passages each source gives (paper, appendix on automation): 49 to explain, 60 to predict. */
export const COMPOSITION = {
  explain: { top: 10, interval: 2, bottom: 2, random: 5, elsewhere: 10 },
  predict: { top: 6, interval: 2, bottom: 2, random: 10, elsewhere: 20 },
} as const;

/** Passages by which detection and fuzzing are scored: active ones, and as many silent ones. */
export const DETECTION_PASSAGES = 20;

/** All passages at hand of one feature, more than are needed. */
export interface PassagePool {
  readonly top: readonly Passage[];
  readonly intervals: readonly (readonly Passage[])[]; // [11], the lowest first
  readonly bottom: readonly Passage[];
  readonly random: readonly Passage[];
  readonly elsewhere: readonly Passage[];
  /** A uniform sample of the feature's firings. */
  readonly firings: readonly Passage[];
}

/** The passages of one feature's examination. */
export interface ComposedPassages {
  /** What an explanation may be found from. */
  readonly toExplain: readonly Passage[];
  /** What it must predict, in random order. */
  readonly toPredict: readonly Passage[];
  /** Up to 20 random passages whose centre is active, then as many on which the feature is silent throughout. */
  readonly firing: readonly Passage[];
  readonly silent: readonly Passage[];
}

type Shuffle = <T>(values: readonly T[], name: string) => T[];

/**
 * Draws the passages of feature `feature`: of each source as many as the paper, fewer where there are not so many. No two passages
 * have the same tokens, and what is to be predicted shares no token's place with what was explained.
 */
export function composePassages(pool: PassagePool, seed: number, feature: number): ComposedPassages {
  const shuffle: Shuffle = (values, name) => {
    const permute = createPermutation(values.length, seed, "interpret", feature, name);
    return values.map((_, i) => values[permute(i)]!);
  };
  const shuffled = shufflePool(pool, shuffle);
  const explained = createPassageRegister();
  const shown = createPassageRegister();
  const add = (passage: Passage): void => {
    explained.add(passage);
    shown.add(passage);
  };
  const toExplain = drawFromAll(shuffled, COMPOSITION.explain, (passage) => !explained.hasTokens(passage), add);
  const isNew = (passage: Passage): boolean => !(explained.overlaps(passage) || shown.hasTokens(passage));
  const toPredict = drawFromAll(shuffled, COMPOSITION.predict, isNew, shown.add);
  const firing = draw(shuffled.firings, DETECTION_PASSAGES, isNew, shown.add);
  const isSilent = (passage: Passage): boolean => passage.activations.every((value) => value === 0) && isNew(passage);
  const silent = draw(shuffled.random, firing.length, isSilent, shown.add);
  return { toExplain, toPredict: shuffle(toPredict, "order"), firing, silent };
}

function shufflePool(pool: PassagePool, shuffle: Shuffle): PassagePool {
  return {
    top: shuffle(pool.top, "top"),
    intervals: pool.intervals.map((passages, interval) => shuffle(passages, `interval ${interval}`)),
    bottom: shuffle(pool.bottom, "bottom"),
    random: shuffle(pool.random, "random"),
    elsewhere: shuffle(pool.elsewhere, "elsewhere"),
    firings: shuffle(pool.firings, "firings"),
  };
}

function drawFromAll(
  pool: PassagePool,
  counts: (typeof COMPOSITION)[keyof typeof COMPOSITION],
  isWanted: (passage: Passage) => boolean,
  add: PassageRegister["add"],
): Passage[] {
  const passages = draw(pool.top, counts.top, isWanted, add);
  for (let interval = INTERVALS - 1; interval >= 0; interval--) {
    passages.push(...draw(pool.intervals[interval]!, counts.interval, isWanted, add));
  }
  for (const kind of ["bottom", "random", "elsewhere"] as const) {
    passages.push(...draw(pool[kind], counts[kind], isWanted, add));
  }
  return passages;
}

function draw(
  passages: readonly Passage[],
  count: number,
  isWanted: (passage: Passage) => boolean,
  add: PassageRegister["add"],
): Passage[] {
  const drawn: Passage[] = [];
  for (const passage of passages) {
    if (drawn.length === count) break;
    if (!isWanted(passage)) continue;
    add(passage);
    drawn.push(passage);
  }
  return drawn;
}
