import { expect, test } from "vitest";
import type { CodeBatch, CodeScan } from "../features/scan-codes.ts";
import { findSharedInputs } from "./shared-input.ts";

const T = 8;
const text = {
  stream: {
    tokens: Uint16Array.from({ length: 4 * T + 1 }, (_, i) => i),
    documentStarts: Uint32Array.of(0, 20),
    documentLabels: [{}, {}],
  },
  contexts: Int32Array.of(1, 2, 3),
  contextLength: T,
  window: 2,
};

/** A scan of one context a batch with the given features active at the given tokens. */
function createScan(active: ReadonlyMap<number, readonly number[]>): CodeScan {
  const batch = (index: number): CodeBatch => {
    const rows = Array.from({ length: T }, (_, row) => active.get(index * T + row) ?? []);
    const rowStarts = Uint32Array.from({ length: T + 1 }, (_, row) => rows.slice(0, row).flat().length);
    const features = Uint16Array.from(rows.flat());
    return { firstContext: index, contexts: 1, rowStarts, features, values: new Float32Array(features.length).fill(1) };
  };
  return {
    batches: text.contexts.length,
    batch: async (index) => batch(index),
    firstContext: (index) => index,
    keptShare: () => 1,
    release: () => undefined,
  };
}

test("the input that most members fire on is found, with where it stands and what is around it", async () => {
  const members = [1, 3, 5, 7, 9];
  const active = new Map([
    [2, [0, 1, 2]],
    [9, [1, 3, 4, 5]],
    [20, [2, 4]],
    [23, [7]],
  ]);
  const work = findSharedInputs(createScan(active), text, 10, members);
  const shares: number[] = [];
  for (;;) {
    const next = await work.next();
    if (!next.done) {
      shares.push(next.value);
      continue;
    }
    expect(next.value).toMatchObject({ tokens: 3 * T, fired: 4, onTokens: 3 });
    expect(next.value.inputs).toEqual([
      { fired: 3, context: 2, position: 1, document: 0, window: [-1, 16, 17, 18, 19], repeats: 1 },
      { fired: 1, context: 1, position: 2, document: 0, window: [8, 9, 10, 11, 12], repeats: 1 },
      { fired: 1, context: 3, position: 7, document: 1, window: [29, 30, 31, -1, -1], repeats: 1 },
    ]);
    break;
  }
  expect(shares.at(-1)).toBe(1);
});
