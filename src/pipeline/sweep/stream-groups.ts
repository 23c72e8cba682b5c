import type { DictionaryConfig } from "../../autoencoder/config.ts";
import { hashValue } from "../../store/stage-record.ts";

/** What decides which activations a dictionary learns from, and in which order. */
type StreamConfig = Pick<DictionaryConfig, "site" | "tokensPerContext" | "bufferRows" | "batch" | "epochs">;

/** Rows of a common piece, at least, of batches that are cut from one stream; fewer would cost more than a second stream. */
const SMALLEST_PIECE = 128;

/**
 * The dictionaries that can go through one stream of activations in step: same site, tokens per context and mixing buffer, and
 * batches that one size of pieces fills. One that repeats its activations goes alone.
 */
export function groupByStream<T extends { readonly config: StreamConfig }>(
  members: readonly T[],
): readonly (readonly T[])[] {
  const groups: { readonly key: string; readonly members: T[] }[] = [];
  for (const member of members) {
    const { site, tokensPerContext, bufferRows, epochs } = member.config;
    const key = hashValue({ site, tokensPerContext, bufferRows });
    const group =
      epochs > 1 ? undefined : groups.find((other) => other.key === key && fits(other.members, member.config.batch));
    if (group === undefined) groups.push({ key: epochs > 1 ? "alone" : key, members: [member] });
    else group.members.push(member);
  }
  return groups.map((group) => group.members);
}

/** Cuts a group so that each part needs at most `available` bytes; a member that needs more by itself is a part of its own. */
export function splitByMemory<T>(
  members: readonly T[],
  bytesOf: (member: T) => number,
  available: number,
): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const member of members) {
    const bytes = bytesOf(member);
    if (used + bytes > available) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)!.push(member);
    used += bytes;
  }
  return parts;
}

/** Rows of the pieces from which every one of the batches can be put together. */
export function commonPiece(batches: readonly number[]): number {
  return batches.reduce(greatestCommonDivisor);
}

function fits(members: readonly { readonly config: StreamConfig }[], batch: number): boolean {
  const batches = [...members.map(({ config }) => config.batch), batch];
  return commonPiece(batches) >= Math.min(SMALLEST_PIECE, ...batches);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
