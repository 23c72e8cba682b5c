import { expect, test } from "vitest";
import type { ProxyFinding, SingleMatch, Specificity } from "../analysis/specificity.ts";
import { renderSpecificity } from "./report-specificity.ts";

const scores = { precision: 0.75, recall: 0.6, f1: 2 / 3, pearson: 0.5 };
const intervals = { f1: [0.6, 0.7], pearson: [0.4, 0.6] } as const;
const single = (index: number, threshold = 0): SingleMatch => ({ index, threshold, ...scores, intervals });

function renderOne(finding: Record<string, unknown>): string[] {
  const search: Specificity = {
    tokens: { selection: 1000, judgement: 2000 },
    thresholds: { count: 20, tailShares: { first: 0.9, last: 0.002 } },
    findings: [{ proxy: "hebrew", title: "Hebrew", rule: "", ...finding } as unknown as ProxyFinding],
  };
  const lines = renderSpecificity("main", search);
  expect(lines[2]).toContain("chosen on 1,000 held-out tokens and judged on 2,000 others");
  const cells = (line: string) => line.split("|").length;
  const rows = lines.slice(6, -1);
  expect(rows.map(cells), "every row has as many cells as the head").toEqual(rows.map(() => cells(lines[4]!)));
  return rows;
}

test("a searched proxy has a row for each feature, union and neuron, and none twice", () => {
  const rows = renderOne({
    kind: "searched",
    positives: { selection: 40, judgement: 1234 },
    feature: { byF1: single(7), byF1WithThreshold: single(7), byPearson: single(7) },
    union: { features: [7, 2], candidates: 9, exact: false, ...scores, intervals },
    neuron: { byF1: single(1), byF1WithThreshold: single(3, 0.25), byPearson: single(3) },
  });
  const score = "| 0.750 | 0.600 | 0.667 | 0.60 to 0.70 | 0.500 | 0.40 to 0.60 |";
  expect(rows).toEqual([
    `| **Hebrew** | 1,234 | feature 7, best by F1 ${score}`,
    `| | | union of features 7, 2 (greedy among 9 candidates) ${score}`,
    `| | | neuron 1, best by F1 ${score}`,
    `| | | neuron 3 above 0.250, best by F1 with a threshold ${score}`,
    `| | | neuron 3, best by Pearson ${score}`,
  ]);
});

test("a proxy that is absent, too rare or on which nothing fires is said to be so", () => {
  expect(renderOne({ kind: "absent", positives: { selection: 0, judgement: 0 } })[0]).toContain(
    "absent: no such token in the held-out text",
  );
  expect(renderOne({ kind: "absent", positives: { selection: 5, judgement: 0 } })[0]).toContain(
    "too rare: 5 tokens to choose by, 0 to judge on",
  );
  const nothing = { byF1: null, byPearson: null, byF1WithThreshold: null };
  const rows = renderOne({
    kind: "searched",
    positives: { selection: 5, judgement: 5 },
    feature: nothing,
    union: null,
    neuron: nothing,
  });
  expect(rows[0]).toContain("no feature fires on it");
  expect(rows[1]).toContain("no union");
});
