import { expect, test } from "vitest";
import type { ProxyFinding, SingleMatch, Specificity } from "../analysis/specificity.ts";
import { renderSpecificity, summariseSpecificity } from "./report-specificity.ts";

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

test("the short form names the ten proxies with the best features, the best first, and where the rest is", () => {
  const nothing = { byF1: null, byPearson: null, byF1WithThreshold: null };
  const searched = (f1: number, feature: object) => ({
    kind: "searched",
    proxy: `p${f1}`,
    title: `Proxy ${f1}`,
    positives: { selection: 1, judgement: 1234 },
    feature,
    union: null,
    neuron: { ...nothing, byF1: { ...single(1), f1: 0.99 } },
  });
  const findings = [
    ...[0.1, 0.5, 0.2, 0.9, 0.3, 0.4, 0.6, 0.7, 0.8, 0.15, 0.25, 0.35].map((f1, index) => {
      const match = { ...single(index), f1 };
      return searched(f1, { byF1: match, byF1WithThreshold: f1 === 0.9 ? { ...match, threshold: 2 } : null });
    }),
    searched(2, nothing),
    { kind: "absent", title: "Absent", positives: { selection: 0, judgement: 0 } },
  ];
  const lines = summariseSpecificity("main", { findings } as unknown as Specificity, "runs/demo/report.md");
  const rows = lines.filter((line) => line.startsWith("| **"));
  expect(rows.map((row) => /Proxy ([\d.]+)/.exec(row)?.[1])).toEqual([
    "0.9",
    "0.8",
    "0.7",
    "0.6",
    "0.5",
    "0.4",
    "0.35",
    "0.3",
    "0.25",
    "0.2",
  ]);
  expect(rows[0]).toBe(
    "| **Proxy 0.9** | 1,234 | feature 3 above 2.00, best by F1 | 0.750 | 0.600 | 0.900 | 0.60 to 0.70 | 0.500 | 0.40 to 0.60 |",
  );
  expect(lines.length).toBeLessThan(18);
  expect(lines.join("\n")).toContain("10 of 14 proxies");
  expect(lines.join("\n")).toContain("runs/demo/report.md");
});

test("what pinning does stands under the table, beside its control", () => {
  const pinned = { change: 0.25, interval: [0.2, 0.3] } as const;
  const control = { change: -0.0004, interval: [-0.001, 0.0002] } as const;
  const effect = { proxy: "hebrew", feature: 7, value: 3.1427, tokens: 61, before: 0.0123, pinned, control };
  const lines = renderSpecificity("main", {
    tokens: { selection: 1000, judgement: 2000 },
    thresholds: { count: 20, tailShares: { first: 0.9, last: 0.002 } },
    findings: [
      { proxy: "hebrew", title: "Hebrew", rule: "", kind: "absent", positives: { selection: 0, judgement: 0 } },
    ],
    pinning: { contexts: 64, positions: 8192, effects: [effect] },
  });
  expect(lines.at(-2)).toBe(
    "| **Hebrew** | 7 | 3.14 | 61 | 1.23 % | 25.00 % | 20.00 % to 30.00 % | -0.04 % | -0.10 % to 0.02 % |",
  );
  expect(lines.join("\n")).toContain("over 8,192 positions of 64 held-out contexts");
});
