import { expect, test } from "vitest";
import { createSweepRow } from "../../../test/support/sweep-rows.ts";
import { findTrade, traceFrontier, traceSizes } from "./curves.ts";

const row = (l1: number, features: number, seed: number, l0: number, recovered: number) =>
  createSweepRow({
    features,
    l0,
    recovered,
    varied: { "dictionary.l1": l1, "dictionary.features": features, "dictionary.seed": seed },
  });

const rows = [
  row(2, 512, 0, 10, 0.8),
  row(2, 512, 1, 14, 0.84),
  row(0.5, 512, 0, 40, 0.95),
  row(0.5, 512, 1, 44, 0.97),
  row(2, 1024, 0, 12, 0.85),
  row(0.5, 1024, 0, 50, 0.98),
];

test("a frontier has a curve for each size, by rising L0, seeds averaged and kept as dots", () => {
  const curves = traceFrontier(rows);
  expect(curves.map(({ name, line }) => [name, line])).toEqual([
    ["features 512", true],
    ["features 1024", true],
  ]);
  expect(curves[0]!.points.map(({ label, x }) => [label, x])).toEqual([
    ["2", 12],
    ["0.5", 42],
  ]);
  expect(curves[0]!.points[0]!.y).toBeCloseTo(0.82, 12);
  expect(curves[0]!.dots).toHaveLength(4);
  expect(curves[1]!.dots).toEqual([]);
});

test("loss recovered against size has a curve for each L1", () => {
  const curves = traceSizes(rows);
  expect(curves.map(({ name }) => name)).toEqual(["l1 2", "l1 0.5"]);
  expect(curves[1]!.points.map(({ x, y }) => [x, y])).toEqual([
    [512, 0.96],
    [1024, 0.98],
  ]);
  expect(traceSizes(rows.filter(({ features }) => features === 512))).toEqual([]);
});

test("the headline is the lower of the two losses recovered", () => {
  const lower = createSweepRow({ lossRecovered: { zero: 0.9, mean: 0.7 }, varied: { "dictionary.l1": 1 } });
  expect(traceFrontier([lower, row(2, 512, 0, 10, 0.8)]).flatMap(({ points }) => points)[0]!.y).toBe(0.7);
});

test("members that differ in more than L1 are single points under their names", () => {
  const named = [
    createSweepRow({ group: "tied" }),
    createSweepRow({ group: "plain", varied: { "dictionary.seed": 1 } }),
    createSweepRow({ group: "plain", varied: { "dictionary.seed": 2 } }),
    createSweepRow({ varied: { recipe: "paper", "dictionary.resampling": { kind: "none" } } }),
  ];
  expect(findTrade(named)).toBeUndefined();
  const [curve, ...more] = traceFrontier(named);
  expect(more).toEqual([]);
  expect(curve).toMatchObject({ name: "", line: false });
  expect(curve!.points.map(({ label }) => label)).toEqual(["tied", "plain", "recipe paper, resampling none"]);
});

test("dictionaries with k active features are labelled with k", () => {
  const topK = (k: number) => createSweepRow({ l0: k, varied: { "dictionary.k": k } });
  expect(findTrade([topK(8), topK(16)])).toBe("dictionary.k");
});
