import { expect, test } from "vitest";
import { createFeatureTable, type FeatureTable } from "../../src/features/feature-table.ts";
import { findNeighbours } from "./feature-neighbours.ts";
import { orderFeatures, parseSelection } from "./feature-order.ts";

const TOKENS = 1_000_000;
const WORDS = ["the", " Cat", "السوق", "dog"];

function createTable(): FeatureTable {
  const table = createFeatureTable(5);
  table.firings.set([0, 500, 5, 20_000, 500]);
  table.maximum.set([0, 3, 9, 1, 3]);
  table.mean.set([0, 1.5, 8, 0.5, 1]);
  table.topTokens.set([-1, -1, -1, 0, 1, -1, 2, -1, -1, 0, -1, -1, 3, -1, -1]);
  return table;
}

function order(query: string): number[] {
  return [...orderFeatures(createTable(), TOKENS, parseSelection(new URLSearchParams(query)), (id) => WORDS[id]!)];
}

test("without a query the strongest come first and equals by number", () => {
  expect(order("")).toEqual([2, 1, 4, 3, 0]);
});

test("each column sorts both ways", () => {
  expect(order("sort=density")).toEqual([3, 1, 4, 2, 0]);
  expect(order("sort=density&dir=asc")).toEqual([0, 2, 1, 4, 3]);
  expect(order("sort=mean")).toEqual([2, 1, 4, 3, 0]);
  expect(order("sort=index")).toEqual([0, 1, 2, 3, 4]);
  expect(order("sort=index&dir=desc")).toEqual([4, 3, 2, 1, 0]);
});

test("filters go by density", () => {
  expect(order("show=dead")).toEqual([0]);
  expect(order("show=ultralow")).toEqual([2]);
  expect(order("show=dense")).toEqual([3]);
  expect(order("show=alive&sort=index")).toEqual([1, 2, 3, 4]);
});

test("the search finds top tokens in any case and script, and a feature by its number", () => {
  expect(order("q=cat")).toEqual([1]);
  expect(order("q=%D8%A7%D9%84")).toEqual([2]);
  expect(order("q=the&sort=index")).toEqual([1, 3]);
  expect(order("q=4")).toEqual([4]);
  expect(order("q=absent")).toEqual([]);
});

test("what a query names wrongly is the default", () => {
  expect(order("sort=constructor&show=__proto__&dir=sideways")).toEqual(order("dir=desc"));
});

test("neighbours follow the order, and a feature outside it leads to its first", () => {
  const sorted = Uint32Array.of(2, 1, 4);
  expect(findNeighbours(sorted, 1)).toEqual({ place: 1, previous: 2, next: 4 });
  expect(findNeighbours(sorted, 2)).toEqual({ place: 0, previous: undefined, next: 1 });
  expect(findNeighbours(sorted, 4)).toEqual({ place: 2, previous: 1, next: undefined });
  expect(findNeighbours(sorted, 9)).toEqual({ place: -1, previous: undefined, next: 2 });
});
