import { expect, test } from "vitest";
import { findFamilies } from "./feature-families.ts";
import type { SplittingLink } from "./splitting.ts";

type Edge = readonly [coarse: number, fine: number, onCoarse: number, onFine: number];

function link(edges: readonly Edge[]): SplittingLink {
  const column = (place: number) => edges.map((edge) => edge[place]!);
  const columns = { coarse: column(0), fine: column(1), onCoarse: column(2), onFine: column(3) };
  return { edges: columns, childCounts: [], parentCounts: [], statistics: [] as never };
}

const level = (features: number) => ({ dictionary: "", dictionarySha256: "", features, dead: 0, ultralow: 0 });

test("each feature belongs to the family of its strongest parent, through all levels, the largest first", () => {
  const families = findFamilies({
    levels: [level(3), level(4), level(4)],
    links: [
      link([
        [0, 0, 0.5, 0.6],
        [0, 1, 0.4, 0.5],
        [1, 1, 0.9, 0.1],
        [1, 2, 0.5, 0.5],
      ]),
      link([
        [0, 3, 0.7, 0.7],
        [1, 0, 0.5, 0.8],
        [2, 0, 0.81, 0.1],
        [3, 1, 0.6, 0.6],
        [1, 2, 0.5, 0.5],
      ]),
    ],
  });
  expect(families).toEqual([
    { level: 0, feature: 1, members: [[1], [1, 2], [0, 2]] },
    { level: 0, feature: 0, members: [[0], [0], [3]] },
    { level: 1, feature: 3, members: [[], [3], [1]] },
  ]);
});
