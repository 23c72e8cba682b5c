import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import type { ExamKey } from "./feature-exam.ts";
import { type ExamAnswers, scoreAnswers } from "./score-answers.ts";

const stream = createRandomStream(5, "levels");
const key: ExamKey = {
  levels: Array.from({ length: 60 }, (_, p) => Array.from({ length: 9 }, (_, t) => stream.integer(9 * p + t, 10))),
  weights: Array.from({ length: 60 }, (_, p) => (p < 10 ? 1 : 0.01)),
  raised: Array.from({ length: 100 }, (_, i) => i % 2 === 0),
  active: Array.from({ length: 40 }, (_, i) => i < 20),
  markedRight: Array.from({ length: 20 }, (_, i) => i % 2 === 0),
};
const right: ExamAnswers = { explanation: "all of it", ...key };

test("right answers score 1 everywhere", () => {
  const scores = scoreAnswers(right, key);
  for (const [name, score] of Object.entries(scores)) expect(score, name).toBeCloseTo(1, 12);
});

test("a constant prediction scores 0, and answers that are always no a half", () => {
  const no = (list: readonly boolean[]) => list.map(() => false);
  const scores = scoreAnswers(
    {
      explanation: "nothing",
      levels: key.levels.map((passage) => passage.map(() => 0)),
      raised: no(key.raised),
      active: no(key.active),
      markedRight: no(key.markedRight),
    },
    key,
  );
  expect(scores).toEqual({
    ...{ spearman: 0, pearson: 0, weightedSpearman: 0, weightedPearson: 0 },
    ...{ logits: 0.5, detection: 0.5, fuzzing: 0.5 },
  });
});

test("errors on what is met rarely count little in the weighted scores", () => {
  const levels = key.levels.map((passage, p) => passage.map((level) => (p < 10 ? level : 9 - level)));
  const scores = scoreAnswers({ ...right, levels }, key);
  expect(scores.spearman!).toBeLessThan(0);
  expect(scores.weightedSpearman!).toBeGreaterThan(0.8);
});

test("what was not answered, or not asked, has no score", () => {
  const scores = scoreAnswers({ ...right, levels: null, markedRight: null }, { ...key, raised: [] });
  expect(scores).toMatchObject({ spearman: null, weightedPearson: null, fuzzing: null, detection: 1 });
  expect(scoreAnswers({ ...right, raised: [] }, { ...key, raised: [] }).logits).toBeNull();
});
