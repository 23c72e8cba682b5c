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

/** Token ids held at once: 256 MB. */
const HELD = 2 ** 26;

/**
 * Counts over a scan: one pass for the maxima, then one for each block of features whose firings fit in memory together;
 * `tokenAt` gives the id at a row. Time goes with the number of firings. Yields the share that is done.
 */
export async function* measureTopTokens(
  scan: CodeScan,
  features: number,
  tokenAt: (batch: CodeBatch, row: number) => number,
  held = HELD,
): AsyncGenerator<number, TopTokens> {
  const firings = new Int32Array(features);
  const maxima = new Float32Array(features);
  let tokens = 0;
  for (let index = 0; index < scan.batches; index++) {
    const batch = await scan.batch(index);
    tokens += batch.rowStarts.length - 1;
    countFirings(batch, firings, maxima);
    yield (0.6 * (index + 1)) / scan.batches;
  }
  const counts = (fill = 0) => new Int32Array(features).fill(fill);
  const found = { tokens, firings, maxima, bigFirings: counts(), topToken: counts(-1), onTopToken: counts() };
  const blocks = splitFeatures(firings, held);
  for (const [done, { first, last }] of blocks.entries()) {
    const lists = openLists(firings, first, last);
    for (let index = 0; index < scan.batches; index++) {
      collectBig(await scan.batch(index), maxima, lists, tokenAt);
      yield 0.6 + (0.4 * (done + (index + 1) / scan.batches)) / blocks.length;
    }
    for (let feature = first; feature < last; feature++) {
      const ids = lists.ids.subarray(lists.starts[feature - first], lists.ends[feature - first]);
      const [token, count] = findMode(ids);
      found.bigFirings[feature] = ids.length;
      found.topToken[feature] = token;
      found.onTopToken[feature] = count;
    }
  }
  return found;
}

function countFirings({ features, values }: CodeBatch, firings: Int32Array, maxima: Float32Array): void {
  for (let k = 0; k < features.length; k++) {
    const feature = features[k]!;
    firings[feature] = firings[feature]! + 1;
    maxima[feature] = Math.max(maxima[feature]!, values[k]!);
  }
}

interface FeatureBlock {
  readonly first: number;
  /** One past the last feature. */
  readonly last: number;
}

/** Features in order, as many in a block as have `held` firings together, one at least. */
function splitFeatures(firings: Int32Array, held: number): FeatureBlock[] {
  const blocks: FeatureBlock[] = [];
  let [first, total] = [0, 0];
  for (const [feature, count] of firings.entries()) {
    if (feature > first && total + count > held) {
      blocks.push({ first, last: feature });
      [first, total] = [feature, 0];
    }
    total += count;
  }
  return [...blocks, { first, last: firings.length }];
}

/** Token ids of a block of features, feature after feature, each with room for all of its firings. */
interface TokenLists extends FeatureBlock {
  readonly ids: Uint32Array;
  readonly starts: Float64Array; // [last - first]
  readonly ends: Float64Array; // [last - first]
}

function openLists(firings: Int32Array, first: number, last: number): TokenLists {
  const starts = new Float64Array(last - first);
  let total = 0;
  for (let i = 0; i < starts.length; i++) {
    starts[i] = total;
    total += firings[first + i]!;
  }
  return { first, last, ids: new Uint32Array(total), starts, ends: starts.slice() };
}

function collectBig(
  batch: CodeBatch,
  maxima: Float32Array,
  { first, last, ids, ends }: TokenLists,
  tokenAt: (batch: CodeBatch, row: number) => number,
): void {
  for (let row = 0; row + 1 < batch.rowStarts.length; row++) {
    const id = tokenAt(batch, row);
    for (let k = batch.rowStarts[row]!; k < batch.rowStarts[row + 1]!; k++) {
      const feature = batch.features[k]!;
      if (feature < first || feature >= last || batch.values[k]! <= BIG_FIRING * maxima[feature]!) continue;
      ids[ends[feature - first]!] = id;
      ends[feature - first] = ends[feature - first]! + 1;
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
