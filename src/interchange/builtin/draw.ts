import type { RandomStream } from "../../numerics/random.ts";

/** Successive random choices taken from one stream, for text whose number of choices is not known beforehand. */
export interface Draw {
  /** Integer in [low, high], both included. */
  between(low: number, high: number): number;
  pick<T>(choices: readonly T[]): T;
  /** `count` different choices (all of them when there are fewer). */
  pickSome<T>(choices: readonly T[], count: number): T[];
  isLikely(probability: number): boolean;
}

/** Draws from `stream` at indices 0, 1, 2, ... */
export function createDraw(stream: RandomStream): Draw {
  let index = 0;
  const below = (bound: number) => stream.integer(index++, bound);
  const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)]!;
  return {
    between: (low, high) => low + below(high - low + 1),
    pick,
    pickSome: (choices, count) => {
      const picked = new Set<(typeof choices)[number]>();
      const wanted = Math.min(count, choices.length);
      while (picked.size < wanted) picked.add(pick(choices));
      return [...picked];
    },
    isLikely: (probability) => stream.uniform(index++) < probability,
  };
}
