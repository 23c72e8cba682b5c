import { expect, test } from "vitest";
import { describeGallery } from "./gallery.ts";
import type { ProxyFinding, ShownFiring, ShownGrid, SingleMatch, Specificity } from "./specificity.ts";

const intervals = { f1: [0, 1], pearson: [-1, 1] } as const;
const match = (index: number, precision: number, recall: number): SingleMatch => ({
  ...{ index, threshold: 0, precision, recall, pearson: 0.5, intervals },
  f1: (2 * precision * recall) / (precision + recall),
});
const searched = (proxy: string, feature: SingleMatch | null): ProxyFinding => ({
  ...{ kind: "searched", proxy, title: proxy, rule: "", positives: { selection: 10, judgement: 20 }, union: null },
  feature: { byF1: feature, byF1WithThreshold: feature, byPearson: null },
  neuron: { byF1: null, byF1WithThreshold: match(1, 0.1, 0.1), byPearson: null },
});
const firing = (token: number): ShownFiring => [1, [token]];
const grid = (proxy: string, feature: number, on: readonly (readonly number[])[]): ShownGrid => ({
  ...{ proxy, feature, maximum: 1 },
  levels: on.map((tokens) => ({ on: tokens.map(firing), off: [firing(99)] })),
});

test("a feature is found, shares the proxy with others, is specific to something else, or has no text", () => {
  const specificity: Specificity = {
    tokens: { selection: 100, judgement: 200 },
    thresholds: { count: 20, tailShares: { first: 0.9, last: 0.002 } },
    findings: [
      searched("whole", match(3, 0.6, 0.7)),
      searched("part", match(4, 0.9, 0.1)),
      searched("loose", match(5, 0.3, 0.9)),
      searched("silent", null),
      { kind: "absent", proxy: "none", title: "none", rule: "", positives: { selection: 2, judgement: 0 } },
    ],
  };
  const grids = [grid("part", 3, [[7]]), grid("whole", 3, [[1], [2, 5], []]), grid("part", 4, [[], []])];
  const { judgedTokens, entries } = describeGallery(specificity, grids);
  expect(judgedTokens).toBe(200);
  expect(entries.map(({ proxy, verdict, tokens }) => [proxy, verdict, tokens])).toEqual([
    ["whole", "found", 30],
    ["part", "partly", 30],
    ["loose", "not-found", 30],
    ["silent", "not-found", 30],
    ["none", "no-text", 2],
  ]);
  expect(entries.map(({ example }) => example?.[1][0])).toEqual([2, undefined, undefined, undefined, undefined]);
  expect(entries[0]).toMatchObject({ feature: { index: 3 }, neuron: { index: 1 } });
});
