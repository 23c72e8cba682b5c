import { expect, test } from "vitest";
import { createFeatureTable, type FeatureTable } from "../../src/features/feature-table.ts";
import type { Annotation } from "../../src/server/api.ts";
import { findNeighbours } from "./feature-neighbours.ts";
import { asksAnnotations, type FeatureSource, orderFeatures, parseSelection, renderRange } from "./feature-order.ts";
import { createTokenNames } from "./token-names.ts";

const WORDS = ["the", " Cat", "السوق", "dog", "raised"];

function createTable(): FeatureTable {
  const table = createFeatureTable(5);
  table.firings.set([0, 500, 5, 20_000, 500]);
  table.maximum.set([0, 3, 9, 1, 3]);
  table.mean.set([0, 1.5, 8, 0.5, 1]);
  table.kurtosis.set([Number.NaN, 2, -1, 0, 7]);
  table.ablation.set([Number.NaN, 0.1, -0.2, 0.3, 0]);
  table.directionTopShare.set([0.1, 0.5, 0.2, 0.4, 0.3]);
  table.topTokens.set([-1, -1, -1, 0, 1, -1, 2, -1, -1, 0, -1, -1, 3, -1, -1]);
  table.logitTokens.set([4], 15);
  return table;
}

function createAnnotation(feature: number, label: string, rating: number | null): Annotation {
  return { feature, label, note: "", rating, updated: "2026-01-01T00:00:00Z", stale: false };
}

const tokens = WORDS.map((word) => Buffer.from(word).toString("base64"));
const source: FeatureSource = {
  table: createTable(),
  tokens: 1_000_000,
  names: createTokenNames({ tokens, endOfText: 99 }),
  annotations: new Map([
    [4, createAnnotation(4, "zebra stripes", null)],
    [2, createAnnotation(2, "Arabic market", 12)],
    [3, createAnnotation(3, "", 5)],
  ]),
};

function order(query: string, found?: readonly number[]): number[] {
  return [...orderFeatures(source, parseSelection(new URLSearchParams(query)), new Set(found))];
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
  expect(order("sort=direction")).toEqual([1, 3, 4, 2, 0]);
});

test("features without a value come last whichever way one sorts", () => {
  expect(order("sort=kurtosis")).toEqual([4, 1, 3, 2, 0]);
  expect(order("sort=kurtosis&dir=asc")).toEqual([2, 3, 1, 4, 0]);
  expect(order("sort=effect")).toEqual([3, 1, 4, 2, 0]);
  expect(order("sort=rating")).toEqual([2, 3, 0, 1, 4]);
  expect(order("sort=label")).toEqual([2, 4, 0, 1, 3]);
  expect(order("sort=label&dir=desc")).toEqual([4, 2, 0, 1, 3]);
});

test("filters go by density", () => {
  expect(order("show=dead")).toEqual([0]);
  expect(order("show=ultralow")).toEqual([2]);
  expect(order("show=dense")).toEqual([3]);
  expect(order("show=alive&sort=index")).toEqual([1, 2, 3, 4]);
  const range = renderRange([5e-4, 0.01]);
  expect(order(`density=${range}&sort=index`)).toEqual([1, 4]);
});

test("facets go by what people said, and add up", () => {
  expect(order("facet=labelled&sort=index")).toEqual([2, 4]);
  expect(order("facet=rated&sort=index")).toEqual([2, 3]);
  expect(order("facet=rated,labelled&sort=index")).toEqual([2]);
});

test("the search finds tokens and labels in any case and script, and a feature by its number", () => {
  expect(order("q=cat")).toEqual([1]);
  expect(order("q=%D8%A7%D9%84")).toEqual([2]);
  expect(order("q=the&sort=index")).toEqual([1, 3]);
  expect(order("q=raised")).toEqual([3]);
  expect(order("q=ARABIC")).toEqual([2]);
  expect(order("q=4")).toEqual([4]);
  expect(order("q=absent")).toEqual([]);
});

test("what the server's search found is shown too, within the filter", () => {
  expect(order("q=absent&sort=index", [0, 3])).toEqual([0, 3]);
  expect(order("q=absent&show=alive", [0, 3])).toEqual([3]);
});

test("what a query names wrongly is the default", () => {
  expect(order("sort=constructor&show=__proto__&dir=sideways&facet=all&density=1..0")).toEqual(order("dir=desc"));
  for (const range of ["", "..", "1", "a..b", "0..Infinity", "-1..1", "0..1..2"])
    expect(parseSelection(new URLSearchParams({ density: range })).density).toBeUndefined();
});

test("neighbours follow the order, and a feature outside it leads to its first", () => {
  const sorted = Uint32Array.of(2, 1, 4);
  expect(findNeighbours(sorted, 1)).toEqual({ place: 1, previous: 2, next: 4 });
  expect(findNeighbours(sorted, 2)).toEqual({ place: 0, previous: undefined, next: 1 });
  expect(findNeighbours(sorted, 4)).toEqual({ place: 2, previous: 1, next: undefined });
  expect(findNeighbours(sorted, 9)).toEqual({ place: -1, previous: undefined, next: 2 });
});

test("only orders and filters that depend on labels or ratings ask for them", () => {
  const withoutAny = { ...source, annotations: new Map() };
  const queries = [
    "",
    "sort=label",
    "sort=rating",
    "facet=rated",
    "q=market",
    "sort=density",
    "show=alive",
    "density=1e-6..1",
  ];
  const asking = queries.filter((query) => asksAnnotations(parseSelection(new URLSearchParams(query))));
  const differing = queries.filter((query) => {
    const selection = parseSelection(new URLSearchParams(query));
    return order(query).join() !== [...orderFeatures(withoutAny, selection)].join();
  });
  expect(asking).toEqual(["sort=label", "sort=rating", "facet=rated", "q=market"]);
  expect(differing).toEqual(asking);
});
