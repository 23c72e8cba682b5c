/** Counter-based random numbers: each value is a pure function of (seed, path, index), so no generator state needs saving. */
export interface RandomStream {
  /** 32 random bits for `index` (any integer from 0 to 2^53). */
  bits(index: number): number;
  /** Uniform number in [0, 1) with 32 bits of resolution. */
  uniform(index: number): number;
  /** Standard normal number (Box-Muller on two values of the stream). */
  normal(index: number): number;
  /** Uniform integer in [0, bound), bound up to 2^32 (bias below bound / 2^32). */
  integer(index: number, bound: number): number;
}

const ROUNDS = 10;
const TWO_POW_32 = 4294967296;

/** The stream named by `path` under `seed`, e.g. `createRandomStream(seed, "dropout", step)`. */
export function createRandomStream(seed: number, ...path: readonly (string | number)[]): RandomStream {
  const key0 = hashPath(seed, path, 0x9e3779b9);
  const key1 = hashPath(seed, path, 0x85ebca6b);
  const bits = (index: number) => philox2x32(index >>> 0, Math.floor(index / TWO_POW_32) >>> 0, key0, key1);
  const uniform = (index: number) => bits(index) / TWO_POW_32;
  return {
    bits,
    uniform,
    normal: (index) => {
      const radius = Math.sqrt(-2 * Math.log((bits(2 * index) + 0.5) / TWO_POW_32));
      return radius * Math.cos(2 * Math.PI * uniform(2 * index + 1));
    },
    integer: (index, bound) => Math.floor(uniform(index) * bound),
  };
}

/** A 32-bit hash of a seed and a path of names and numbers (murmur3's mixing over their UTF-16 units). */
export function hashPath(seed: number, path: readonly (string | number)[], salt = 0): number {
  let hash = mixBits((seed >>> 0) ^ salt) ^ mixBits(Math.floor(seed / TWO_POW_32) >>> 0);
  for (const part of path) {
    const text = `${typeof part}:${part}`;
    for (let i = 0; i < text.length; i++) hash = mixBits((hash + text.charCodeAt(i) + 0x9e3779b9) >>> 0);
    hash = mixBits(hash ^ text.length);
  }
  return hash >>> 0;
}

/** Scrambles 32 bits (murmur3): successive numbers become unrelated ones. */
export function mixBits(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Philox2x32-10 (Salmon et al. 2011) with a second key word folded into the counter's high half; returns the first output word. */
function philox2x32(low: number, high: number, key0: number, key1: number): number {
  let left = low;
  let right = (high ^ key1) >>> 0;
  let key = key0;
  for (let round = 0; round < ROUNDS; round++) {
    const productLow = Math.imul(left, 0xd256d193) >>> 0;
    const productHigh = multiplyHigh(left, 0xd256d193);
    left = (productHigh ^ key ^ right) >>> 0;
    right = productLow;
    key = (key + 0x9e3779b9) >>> 0;
  }
  return left;
}

function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}
