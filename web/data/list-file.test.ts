import { expect, test } from "vitest";
import { describeList, moveItem, tabulateList } from "./list-file.ts";

const items = [1, 2, 3].map((feature) => ({ dictionary: "main", feature, note: `note ${feature}` }));
const list = { id: 1, title: "mine", items, updated: "" };
const find = ({ feature }: { readonly feature: number }) =>
  feature === 2 ? { feature, label: "two", note: "", rating: null, updated: "", stale: false } : undefined;

test("an item moves to its place and not beyond the ends", () => {
  const order = (from: number, to: number) => moveItem(items, from, to).map(({ feature }) => feature);
  expect(order(0, 1)).toEqual([2, 1, 3]);
  expect(order(2, 0)).toEqual([3, 1, 2]);
  expect(order(0, -1)).toEqual([1, 2, 3]);
  expect(order(2, 9)).toEqual([1, 2, 3]);
});

test("a list is saved with the labels of its features", () => {
  expect(tabulateList(list, find).rows).toEqual([
    ["main", 1, "", "note 1"],
    ["main", 2, "two", "note 2"],
    ["main", 3, "", "note 3"],
  ]);
  expect(describeList("demo", list, find)).toMatchObject({
    run: "demo",
    title: "mine",
    items: [{}, { label: "two" }, {}],
  });
});
