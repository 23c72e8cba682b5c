import { expect, test } from "vitest";
import { createFeatureTable } from "../../src/features/feature-table.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import { searchFeatures, suggestFeatures } from "./search-features.ts";
import { createTokenNames } from "./token-names.ts";

const table = createFeatureTable(5);
table.firings.set([3, 0, 9, 4, 1]);
table.maximum.set([1, 0, 5, 2, 3]);
table.maximumLogit.set([9, 9, 1, 2, Number.NaN]);
for (const [feature, token] of [0, 1, 2, 1, 0].entries()) table.topTokens[3 * feature] = token;
const names = createTokenNames({ tokens: ["the", " cat", "4", ""].map((text) => btoa(text)), endOfText: 3 });
const data = { table, names } as DictionaryData;

test("features are found by a part of a top token, the largest activation first, or by their number before all", () => {
  expect(searchFeatures(data, "CAT", 5)).toEqual([3, 1]);
  expect(searchFeatures(data, "4", 5)).toEqual([4, 2]);
  expect(searchFeatures(data, " ", 5)).toEqual([]);
  expect(searchFeatures(data, "t", 1)).toEqual([4]);
});

test("those that push a token most at their maximum are suggested, dead ones never", () => {
  expect(suggestFeatures(data, 9)).toEqual([0, 2, 3, 4].sort((a, b) => [9, 0, 5, 4, 3][b]! - [9, 0, 5, 4, 3][a]!));
});
