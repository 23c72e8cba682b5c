import { expect, test } from "vitest";
import type { Comparison } from "../../src/analysis/comparison.ts";
import { listMatches, listMedians, parseComparisonView } from "./comparison-view.ts";

const side = { run: "a", dictionary: "main", dictionarySha256: "0", features: 4 };
const matches = {
  best: [2, -1, 0, 1],
  activation: [0.5, null, 0.9, 0.7],
  firings: [100, 0, 50, 1],
  logits: [0.1, null, null, 0.3],
  attribution: [0.4, null, 0.8, 0.6],
};
const comparison: Comparison = {
  ...{ format: 1, toolVersion: "0", backend: "reference", left: side, right: side },
  ...{ tokens: 1000, tokensSha256: "0", lowestDensity: 0.005 },
  features: { left: matches, right: { ...matches, best: [1, 1, 1, 1] } },
  neurons: null,
};

test("features without a match, and those that fire too rarely, are left out", () => {
  const rows = listMatches(comparison, parseComparisonView(new URLSearchParams()));
  expect(rows.map(({ feature, best }) => [feature, best])).toEqual([
    [2, 0],
    [0, 2],
  ]);
  expect(rows[0]).toMatchObject({ activation: 0.9, logits: Number.NaN, attribution: 0.8, density: 0.05 });
});

test("the address chooses side, kind and order, and nonsense in it is the default", () => {
  const view = parseComparisonView(new URLSearchParams("side=right&order=worst&of=neurons&by=attribution"));
  expect(view).toEqual({ side: "right", order: "worst", of: "neurons", by: "attribution" });
  expect(parseComparisonView(new URLSearchParams("side=%00&of=constructor"))).toEqual({
    ...{ side: "left", of: "features", by: "logits", order: "best" },
  });
  expect(listMatches(comparison, view)).toEqual([]);
  expect(listMatches(comparison, { ...view, of: "features" }).map(({ feature }) => feature)).toEqual([0, 2]);
});

test("medians stand beside the paper's", () => {
  expect(listMedians(comparison, "left")).toMatchObject([
    { name: "features: activations", value: "0.700", paper: ".72" },
    { name: "features: logit weights of that pair", value: "0.100" },
    { name: "features: attributions of that pair", value: "0.600" },
  ]);
});
