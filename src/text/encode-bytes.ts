import { createPriorityQueue } from "./priority-queue.ts";
import type { TokenizerDefinition } from "./tokenizer.ts";

/** The ids of the first `length` bytes, taken as one pre-token. */
export type EncodeBytes = (bytes: Uint8Array, length: number) => number[];

/** Up to this many bytes a scan for the lowest rank beats the heap. */
const LONGEST_SCANNED = 48;
const NO_MERGE = 0x7fffffff;

type RankOf = (left: number, right: number) => number;

/**
 * BPE on the bytes of one pre-token: the merge of lowest rank first, leftmost first among equals, until none applies.
 * O(n log n) in the length of the pre-token.
 */
export function createByteEncoder(definition: TokenizerDefinition): EncodeBytes {
  const { tokens, merges } = definition;
  const idOfByte = new Int32Array(256);
  for (const [id, token] of tokens.entries()) if (token.length === 1) idOfByte[token[0]!] = id;
  const mergedOfRank = Int32Array.from(merges, ({ merged }) => merged);
  const rankOf = createRankTable(definition);
  const encodeShort = createScanningEncoder(idOfByte, mergedOfRank, rankOf);
  const encodeLong = createHeapEncoder(idOfByte, mergedOfRank, rankOf);
  return (bytes, length) => (length <= LONGEST_SCANNED ? encodeShort(bytes, length) : encodeLong(bytes, length));
}

/** The rank of each pair that merges: a hash table with open addressing, several times faster than a `Map` here. */
function createRankTable({ merges }: TokenizerDefinition): RankOf {
  const size = 2 ** Math.ceil(Math.log2(4 * merges.length + 16));
  const mask = size - 1;
  const lefts = new Int32Array(size).fill(-1);
  const rights = new Int32Array(size);
  const ranks = new Int32Array(size);
  const slotOf = (left: number, right: number): number => {
    let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 7;
    slot &= mask;
    while (lefts[slot]! !== -1 && (lefts[slot] !== left || rights[slot] !== right)) slot = (slot + 1) & mask;
    return slot;
  };
  for (const [rank, { left, right }] of merges.entries()) {
    const slot = slotOf(left, right);
    lefts[slot] = left;
    rights[slot] = right;
    ranks[slot] = rank;
  }
  return (left, right) => {
    const slot = slotOf(left, right);
    return lefts[slot] === -1 ? NO_MERGE : ranks[slot]!;
  };
}

function createScanningEncoder(idOfByte: Int32Array, mergedOfRank: Int32Array, rankOf: RankOf): EncodeBytes {
  const ids = new Int32Array(LONGEST_SCANNED + 1);
  const ranks = new Int32Array(LONGEST_SCANNED + 1);
  const load = (bytes: Uint8Array, length: number): void => {
    for (let i = 0; i < length; i++) ids[i] = idOfByte[bytes[i]!]!;
    for (let i = 0; i + 1 < length; i++) ranks[i] = rankOf(ids[i]!, ids[i + 1]!);
  };
  const lowest = (n: number): number => {
    let best = 0;
    for (let i = 1; i + 1 < n; i++) if (ranks[i]! < ranks[best]!) best = i;
    return best;
  };
  const mergeAt = (at: number, n: number): void => {
    ids[at] = mergedOfRank[ranks[at]!]!;
    for (let i = at + 1; i < n; i++) {
      ids[i] = ids[i + 1]!;
      ranks[i] = ranks[i + 1]!;
    }
    if (at > 0) ranks[at - 1] = rankOf(ids[at - 1]!, ids[at]!);
    if (at + 1 < n) ranks[at] = rankOf(ids[at]!, ids[at + 1]!);
  };
  const mergeAll = (length: number): number => {
    let n = length;
    while (n > 1) {
      const best = lowest(n);
      if (ranks[best] === NO_MERGE) break;
      n--;
      mergeAt(best, n);
    }
    return n;
  };
  return (bytes, length) => {
    load(bytes, length);
    const n = mergeAll(length);
    const result: number[] = [];
    for (let i = 0; i < n; i++) result.push(ids[i]!);
    return result;
  };
}

function createHeapEncoder(idOfByte: Int32Array, mergedOfRank: Int32Array, rankOf: RankOf): EncodeBytes {
  const queue = createPriorityQueue<number>((a, b) => a < b);
  return (bytes, length) => {
    const ids = new Int32Array(length);
    const next = new Int32Array(length);
    const previous = new Int32Array(length);
    const rankAt = (at: number): number =>
      at < 0 || next[at]! >= length ? NO_MERGE : rankOf(ids[at]!, ids[next[at]!]!);
    const offer = (at: number): void => {
      const rank = rankAt(at);
      if (rank !== NO_MERGE) queue.push(rank * 2 ** 32 + at);
    };
    for (let at = 0; at < length; at++) {
      ids[at] = idOfByte[bytes[at]!]!;
      next[at] = at + 1;
      previous[at] = at - 1;
    }
    for (let at = 0; at < length; at++) offer(at);
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      const rank = Math.floor(entry / 2 ** 32);
      const at = entry % 2 ** 32;
      if (ids[at] === -1 || rankAt(at) !== rank) continue;
      const consumed = next[at]!;
      ids[at] = mergedOfRank[rank]!;
      ids[consumed] = -1;
      next[at] = next[consumed]!;
      if (next[at]! < length) previous[next[at]!] = at;
      offer(previous[at]!);
      offer(at);
    }
    const result: number[] = [];
    for (let at = 0; at < length; at = next[at]!) result.push(ids[at]!);
    return result;
  };
}
