import { expect, test } from "vitest";
import type { Example, FeatureRecord } from "../features/feature-record.ts";
import { createFeatureTable } from "../features/feature-table.ts";
import { hasEnoughExamples, isSingleToken, orderFeatures } from "./choose-features.ts";

const TOKENS = 1_000_000;

function tableOf(firings: readonly number[]) {
  const table = createFeatureTable(firings.length);
  table.firings.set(firings);
  return table;
}

/** A record whose top examples have these tokens around and in the centre. */
function recordOf(windows: readonly (readonly number[])[]): FeatureRecord {
  const examples = windows.map((tokens) => ({ tokens }) as unknown as Example);
  return { window: 1, groups: [{ kind: "top", examples }] } as unknown as FeatureRecord;
}

test("dead and ultralow features are left out, whatever the length of the text", () => {
  expect(orderFeatures(tableOf([0, 9, 10, 5000]), TOKENS, 0).sort()).toEqual([2, 3]);
  expect(orderFeatures(tableOf([0, 1, 1, 1]), 100, 0).sort()).toEqual([1, 2, 3]);
});

test("the order is the seed's, and a beginning of it is no beginning of the numbers", () => {
  const table = tableOf(new Array(500).fill(100));
  expect(orderFeatures(table, TOKENS, 1)).toEqual(orderFeatures(table, TOKENS, 1));
  expect(orderFeatures(table, TOKENS, 2)).not.toEqual(orderFeatures(table, TOKENS, 1));
  const sample = orderFeatures(table, TOKENS, 1).slice(0, 100);
  expect(sample.filter((feature) => feature < 250).length).toBeGreaterThan(30);
  expect(sample.filter((feature) => feature >= 250).length).toBeGreaterThan(30);
});

test("examples with equal tokens count once", () => {
  const distinct = Array.from({ length: 20 }, (_, i) => [i, 7, i]);
  expect(hasEnoughExamples(recordOf(distinct))).toBe(true);
  expect(hasEnoughExamples(recordOf([...distinct.slice(1), distinct[1]!, distinct[2]!]))).toBe(false);
});

test("a single-token feature has one token in the centre of all its top examples", () => {
  const same = [
    [1, 5, 2],
    [3, 5, 4],
  ];
  expect(isSingleToken(recordOf(same))).toBe(true);
  expect(isSingleToken(recordOf([...same, [1, 6, 2]]))).toBe(false);
  expect(isSingleToken(recordOf([]))).toBe(false);
});
