import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { createSavedCodes } from "./saved-codes.ts";
import type { CodeBatch } from "./scan-codes.ts";

const random = createRandomStream(1, "codes");

function createBatch(index: number, features: 16 | 32): CodeBatch {
  const entries = 50 + random.integer(index, 50);
  const ids = Array.from({ length: entries }, (_, i) => random.integer(1000 + 100 * index + i, 60_000));
  return {
    firstContext: 2 * index,
    contexts: 2,
    rowStarts: Uint32Array.of(0, 7, 7, 20, entries),
    features: features === 16 ? Uint16Array.from(ids) : Uint32Array.from(ids),
    values: Float32Array.from(ids, (_, i) => random.uniform(i)),
  };
}

function createScratch() {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    scratch: {
      get: (name: string) => kept.get(name),
      put: (name: string, bytes: Uint8Array) => void kept.set(name, bytes),
    },
  };
}

const ROOM = 2 ** 30;

test("the next process finds what was saved, in any order, and goes on saving behind it", () => {
  for (const bits of [16, 32] as const) {
    const { kept, scratch } = createScratch();
    const batches = Array.from({ length: 12 }, (_, i) => createBatch(i, bits));
    const first = createSavedCodes(scratch, ROOM, 1000);
    for (const [index, batch] of batches.slice(0, 8).entries()) first.add(index, batch);
    const second = createSavedCodes(scratch, ROOM, 1000);
    let known = 0;
    while (second.get(known) !== undefined) known++;
    expect(known).toBeGreaterThan(5);
    expect(known).toBeLessThanOrEqual(8);
    for (let index = known; index < 12; index++) second.add(index, batches[index]!);
    second.flush();
    const chunks = kept.size;
    expect(chunks).toBeGreaterThan(2);
    const third = createSavedCodes(scratch, ROOM, 1000);
    for (let index = 0; index < 12; index++) expect(third.get(index)).toEqual(batches[index]);
    for (const index of [11, 3, 7, 0]) expect(third.get(index)).toEqual(batches[index]);
    expect(third.get(12)).toBeUndefined();
  }
});

test("a chunk that is lost is computed again, and those behind it are found as before", () => {
  const { kept, scratch } = createScratch();
  const batches = Array.from({ length: 12 }, (_, i) => createBatch(i, 16));
  const first = createSavedCodes(scratch, ROOM, 1000);
  for (const [index, batch] of batches.entries()) first.add(index, batch);
  first.flush();
  kept.delete([...kept.keys()][1]!);
  const second = createSavedCodes(scratch, ROOM, 1000);
  const computed = batches.filter((batch, index) => {
    const saved = second.get(index);
    if (saved !== undefined) expect(saved).toEqual(batch);
    else second.add(index, batch);
    return saved === undefined;
  });
  second.flush();
  expect(computed.length).toBeGreaterThan(0);
  expect(computed.length).toBeLessThan(12);
  const third = createSavedCodes(scratch, ROOM, 1000);
  for (let index = 0; index < 12; index++) expect(third.get(index)).toEqual(batches[index]);
});

test("no more is saved than there is room for", () => {
  const { kept, scratch } = createScratch();
  const saved = createSavedCodes(scratch, 3000, 500);
  for (let index = 0; index < 12; index++) saved.add(index, createBatch(index, 32));
  saved.flush();
  const bytes = [...kept.values()].reduce((sum, chunk) => sum + chunk.byteLength, 0);
  expect(bytes).toBeGreaterThan(1500);
  expect(bytes).toBeLessThan(3300);
});
