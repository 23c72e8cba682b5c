import { expect, test } from "vitest";
import type { Splitting, SplittingLink } from "../../src/analysis/splitting.ts";
import {
  countRelatives,
  listChildren,
  listParents,
  parseSplittingView,
  rankRelatives,
  traceWalk,
} from "./splitting-view.ts";

type Edge = readonly [coarse: number, fine: number, onCoarse: number, onFine: number];

function link(edges: readonly Edge[], childCounts: number[], parentCounts: number[]): SplittingLink {
  const column = (place: number) => edges.map((edge) => edge[place]!);
  return {
    edges: { coarse: column(0), fine: column(1), onCoarse: column(2), onFine: column(3) },
    ...{ childCounts, parentCounts, statistics: [] as never },
  };
}

const level = (features: number) => ({
  ...{ dictionary: `of-${features}`, dictionarySha256: "", features, dead: 0, ultralow: 0 },
});
const splitting: Splitting = {
  ...{ tokens: 1000, threshold: 0.4, lowestDensity: 1e-5, concepts: [] },
  conceptRule: { precision: 0.5, firings: 20, share: 0.1 },
  levels: [level(3), level(4), level(6)],
  links: [
    link(
      [
        [0, 1, 0.5, 0.9],
        [0, 2, 0.6, 0.3],
        [1, 2, 0.2, 0.45],
      ],
      [2, 1, -1],
      [0, 1, 2, 0],
    ),
    link(
      [
        [1, 0, 0.1, 0.8],
        [1, 5, 0.9, 0.7],
        [2, 5, 0.5, 0.5],
        [3, 3, 0.9, 0.9],
      ],
      [0, 2, 1, 1],
      [1, 0, 0, 1, -1, 2],
    ),
  ],
};

test("children and parents are the ends of a feature's edges, the most alike first, without those below the least", () => {
  expect(listChildren(splitting, 0, 0, 0.4).map(({ feature, cosine }) => [feature, cosine])).toEqual([
    [1, 0.9],
    [2, 0.6],
  ]);
  expect(listChildren(splitting, 0, 0, 0.7)).toEqual([{ feature: 1, cosine: 0.9, onCoarse: 0.5, onFine: 0.9 }]);
  expect(listParents(splitting, 1, 2, 0.4).map(({ feature }) => feature)).toEqual([0, 1]);
  expect(listParents(splitting, 0, 0, 0.4)).toEqual([]);
  expect(listChildren(splitting, 2, 5, 0.4)).toEqual([]);
});

test("features are ranked by their children, those of the largest level by their parents", () => {
  expect(countRelatives(splitting, 0)).toEqual([2, 1, -1]);
  expect(countRelatives(splitting, 2)).toEqual([1, 0, 0, 1, -1, 2]);
  expect(rankRelatives(countRelatives(splitting, 2))).toEqual([5, 0, 3]);
  expect(rankRelatives(countRelatives({ ...splitting, links: [] }, 0))).toEqual([]);
});

test("a walk leads through all levels both ways by the strongest of each", () => {
  const walk = traceWalk(splitting, 0, 0, 0.4, 9);
  expect(walk.levels.map((nodes) => nodes.map(({ feature }) => feature))).toEqual([[0], [1, 2], [5, 0]]);
  expect(walk.levels[2]![0]!.strength).toBeCloseTo(0.81, 12);
  expect(walk.edges).toHaveLength(5);
  const narrow = traceWalk(splitting, 2, 5, 0.4, 1);
  expect(narrow.levels.map((nodes) => nodes.map(({ feature }) => feature))).toEqual([[0], [1], [5]]);
  expect(narrow.edges).toEqual([
    { level: 1, coarse: 1, fine: 5, cosine: 0.9 },
    { level: 0, coarse: 0, fine: 1, cosine: 0.9 },
  ]);
});

test("an address that says nothing, or nonsense, shows the list at the graph's own threshold", () => {
  const parse = (text: string) => parseSplittingView(new URLSearchParams(text), splitting);
  expect(parse("")).toEqual({ feature: null, least: 0.4, concept: "" });
  expect(parse("f=-1&min=0.1")).toEqual({ feature: null, least: 0.4, concept: "" });
  expect(parse("f=12&min=0.7&concept=dna")).toEqual({ feature: 12, least: 0.7, concept: "dna" });
});
