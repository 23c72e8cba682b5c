import fc from "fast-check";
import { expect, test } from "vitest";
import {
  changeAnswer,
  emptyAnswers,
  findNextStep,
  HIGHEST_SCORE,
  listSteps,
  MOST_POINTS,
  type RatingAnswers,
  readAnswer,
  scoreIntervals,
  undoAnswer,
} from "./rubric.ts";

/** Answers every question that is asked, in order, by `choose`. */
function answerAll(intervals: number, choose: (name: string, most: number) => number): RatingAnswers {
  let answers = changeAnswer(emptyAnswers(intervals), { name: "interpretation" }, "Arabic script");
  for (let step = findNextStep(answers); step !== undefined; step = findNextStep(answers))
    answers = changeAnswer(
      answers,
      step,
      step.name === "interpretation" ? "Arabic script" : choose(step.name, MOST_POINTS[step.name]),
    );
  return answers;
}

test("the most is 14, with all raised tokens consistent and with a separation of those that are not", () => {
  expect(HIGHEST_SCORE).toBe(14);
  expect(scoreIntervals(answerAll(2, (_, most) => most))).toEqual([14, 14]);
  expect(answerAll(1, (_, most) => most).separation).toBeNull();
  const separated = answerAll(1, (name, most) => (name === "logits" ? 2 : most));
  expect(separated.separation).toBe(1);
  expect(scoreIntervals(separated)).toEqual([14]);
  expect(scoreIntervals(answerAll(3, () => 0))).toEqual([0, 0, 0]);
});

test("an interval's points are those of the unit and its own consistency", () => {
  const answers = {
    interpretation: "x",
    confidence: 2,
    consistency: [5, 0, 3],
    logits: 1,
    separation: 0,
    specificity: 3,
  };
  expect(scoreIntervals(answers)).toEqual([11, 6, 9]);
  expect(scoreIntervals({ ...answers, consistency: [5, null, 3] })).toBeUndefined();
});

test("without an interpretation nothing more is asked, and every score is 0", () => {
  const before = changeAnswer(emptyAnswers(2), { name: "confidence" }, 3);
  const none = changeAnswer(before, { name: "interpretation" }, "");
  expect(listSteps(none)).toEqual([{ name: "interpretation" }]);
  expect(none.confidence).toBeNull();
  expect(scoreIntervals(none)).toEqual([0, 0]);
});

test("taking answers back one by one goes the way of giving them, to the beginning", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 }),
      (n, given) => {
        const path = [emptyAnswers(n)];
        for (const points of given) {
          const step = findNextStep(path.at(-1)!);
          if (step === undefined) break;
          const value = step.name === "interpretation" ? "text" : Math.min(points, MOST_POINTS[step.name]);
          path.push(changeAnswer(path.at(-1)!, step, value));
          expect(readAnswer(path.at(-1)!, step)).toBe(value);
        }
        for (let at = path.length - 1; at > 0; at--) expect(undoAnswer(path[at]!)).toEqual(path[at - 1]);
        expect(undoAnswer(path[0]!)).toBeUndefined();
      },
    ),
  );
});
