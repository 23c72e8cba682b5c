import { createRandomStream } from "./random.ts";

const ROUNDS = 6;

/**
 * A pseudo-random permutation of 0..size-1 as a function: a Feistel network on the next even power of two, walking cycles
 * back into range. Any order without repetition, with no array to store or save.
 */
export function createPermutation(
  size: number,
  seed: number,
  ...path: readonly (string | number)[]
): (index: number) => number {
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(size, 2)) / 2));
  const half = 2 ** halfBits;
  const round = createRandomStream(seed, "permutation", ...path);
  const step = (value: number): number => {
    let left = Math.floor(value / half);
    let right = value % half;
    for (let r = 0; r < ROUNDS; r++) {
      const mixed = (left ^ round.bits(r * half + right)) & (half - 1);
      left = right;
      right = mixed;
    }
    return left * half + right;
  };
  return (index) => {
    let value = step(index);
    while (value >= size) value = step(value);
    return value;
  };
}
