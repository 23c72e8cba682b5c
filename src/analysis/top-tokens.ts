import type { CodeBatch, CodeScan } from "../features/scan-codes.ts";

/** How often each feature fires over a text, and on which token most of its larger firings are. */
export interface TopTokens {
  readonly tokens: number;
  readonly firings: Int32Array; // [features]
  readonly maxima: Float32Array; // [features]
  /** Firings above a fifth of the feature's maximum. */
  readonly bigFirings: Int32Array; // [features]
  /** The token that most of these are on, of equal ones the lower id; -1 for a feature that never fired. */
  readonly topToken: Int32Array; // [features]
  /** How many of the large firings are on it. */
  readonly onTopToken: Int32Array; // [features]
}

/** Share of a feature's maximum above which a firing is large (Nanda). */
export const BIG_FIRING = 0.2;

/**
 * Counts over a scan, in two passes over its codes; `tokenAt` gives the id at a row. Time and memory go with the number of
 * firings. Yields the share that is done.
 */
export async function* measureTopTokens(
  scan: CodeScan,
  features: number,
  tokenAt: (batch: CodeBatch, row: number) => number,
): AsyncGenerator<number, TopTokens> {
  const firings = new Int32Array(features);
  const maxima = new Float32Array(features);
  let tokens = 0;
  for (let index = 0; index < scan.batches; index++) {
    const batch = await scan.batch(index);
    tokens += batch.rowStarts.length - 1;
    for (let k = 0; k < batch.features.length; k++) {
      const feature = batch.features[k]!;
      firings[feature] = firings[feature]! + 1;
      maxima[feature] = Math.max(maxima[feature]!, batch.values[k]!);
    }
    yield (0.8 * (index + 1)) / scan.batches;
  }
  const lists = openLists(firings);
  for (let index = 0; index < scan.batches; index++) {
    collectBig(await scan.batch(index), maxima, lists, tokenAt);
    yield 0.8 + (0.2 * (index + 1)) / scan.batches;
  }
  const [topToken, onTopToken] = [new Int32Array(features).fill(-1), new Int32Array(features)];
  for (let feature = 0; feature < features; feature++) {
    const [token, count] = findMode(lists.ids.subarray(lists.starts[feature], lists.ends[feature]));
    topToken[feature] = token;
    onTopToken[feature] = count;
  }
  const bigFirings = lists.ends.map((end, feature) => end - lists.starts[feature]!);
  return { tokens, firings, maxima, bigFirings: Int32Array.from(bigFirings), topToken, onTopToken };
}

/** Token ids, feature after feature, each with room for all of its firings. */
interface TokenLists {
  readonly ids: Uint32Array;
  readonly starts: Float64Array; // [features]
  readonly ends: Float64Array; // [features]
}

function openLists(firings: Int32Array): TokenLists {
  const starts = new Float64Array(firings.length);
  let total = 0;
  for (const [feature, count] of firings.entries()) {
    starts[feature] = total;
    total += count;
  }
  return { ids: new Uint32Array(total), starts, ends: starts.slice() };
}

function collectBig(
  batch: CodeBatch,
  maxima: Float32Array,
  { ids, ends }: TokenLists,
  tokenAt: (batch: CodeBatch, row: number) => number,
): void {
  for (let row = 0; row + 1 < batch.rowStarts.length; row++) {
    const id = tokenAt(batch, row);
    for (let k = batch.rowStarts[row]!; k < batch.rowStarts[row + 1]!; k++) {
      const feature = batch.features[k]!;
      if (batch.values[k]! <= BIG_FIRING * maxima[feature]!) continue;
      ids[ends[feature]!] = id;
      ends[feature] = ends[feature]! + 1;
    }
  }
}

function findMode(ids: Uint32Array): readonly [token: number, count: number] {
  ids.sort();
  let [token, most] = [-1, 0];
  for (let first = 0, i = 1; i <= ids.length; i++) {
    if (i < ids.length && ids[i] === ids[first]) continue;
    if (i - first > most) [token, most] = [ids[first]!, i - first];
    first = i;
  }
  return [token, most];
}
