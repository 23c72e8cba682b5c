import { expect, test } from "vitest";
import { type ScoredFeature, summariseScores } from "./summarise-scores.ts";

function feature(spearman: number | null, singleToken: boolean): ScoredFeature {
  const known = { pearson: 0.5, weightedSpearman: 0.5, weightedPearson: 0.5, detection: 0.5, fuzzing: 0.5 };
  return { singleToken, scores: { spearman, ...known, logits: null } };
}

test("medians are those of all features, of single-token ones and of the others", () => {
  const single = [0.9, 0.8, 0.7].map((score) => feature(score, true));
  const others = [0.1, 0.3, 0.2, 0.4].map((score) => feature(score, false));
  const summary = summariseScores([...single, ...others]);
  expect(summary.all.spearman).toMatchObject({ median: 0.4, count: 7, interval: [0.1, 0.9] });
  expect(summary.singleToken.spearman).toMatchObject({ median: 0.8, count: 3 });
  expect(summary.others.spearman).toMatchObject({ median: 0.25, count: 4 });
  expect(summary.all.logits).toBeNull();
});

test("features without a prediction are counted and in no median of it", () => {
  const summary = summariseScores([feature(null, true), feature(0.6, true)]);
  expect(summary).toMatchObject({ features: 2, unanswered: 1 });
  expect(summary.all.spearman).toMatchObject({ median: 0.6, count: 1 });
  expect(summary.all.pearson?.count).toBe(2);
});

test("no feature has no median", () => {
  expect(summariseScores([])).toMatchObject({ features: 0, all: { spearman: null } });
});
