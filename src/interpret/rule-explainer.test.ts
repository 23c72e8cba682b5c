import { expect, test } from "vitest";
import type { ExamQuestions, ShownPassage } from "./feature-exam.ts";
import { explainByRules } from "./rule-explainer.ts";
import type { ShownToken } from "./spell-tokens.ts";

const show = (text: string, script?: string): ShownToken => ({ text, scripts: script === undefined ? [] : [script] });

function passage(texts: readonly string[]): ShownPassage {
  return {
    tokens: texts.map((text) => show(text, /\p{Script=Arabic}/u.test(text) ? "Arabic" : undefined)),
    labels: {},
  };
}

const letters = ["ا", "ب", "ت", "ث", "ج", "ح"];
const mixed = letters.map((letter, i) => passage([" the", " of", letter, ".", `w${i}`]));
const plain = letters.map((_, i) => passage([" the", " of", " cat", ".", `v${i}`]));

/** A feature that fires on Arabic letters and makes them likelier. */
const questions: ExamQuestions = {
  examples: [
    ...mixed.map((one) => ({ ...one, source: { kind: "top" } as const, levels: [0, 0, 8, 0, 0] })),
    ...plain.map((one) => ({ ...one, source: { kind: "random" } as const, levels: [0, 0, 0, 0, 0] })),
  ],
  raised: [show("ال", "Arabic"), show("ية", "Arabic")],
  lowered: [show(" the"), show("ing")],
  passages: [passage(["خ", " cat"]), passage([" dog", "د"])],
  logitTokens: [show("ون", "Arabic"), show(" house")],
  detection: [passage(["ر", "."]), passage([".", "."])],
  fuzzing: [
    { ...passage([" the", "س"]), marked: [false, true] },
    { ...passage([" the", "س"]), marked: [true, false] },
  ],
};

test("a script is said in a sentence, and every question is answered by it for letters never seen", () => {
  expect(explainByRules(questions)).toEqual({
    explanation: "Level 8 on tokens in Arabic script; elsewhere 0. Raises tokens in Arabic script.",
    levels: [
      [8, 0],
      [0, 8],
    ],
    raised: [true, false],
    active: [true, false],
    markedRight: [true, false],
  });
});

test("where nothing is found that is said, and the prediction is constant", () => {
  const examples = plain.map((one) => ({ ...one, source: { kind: "random" } as const, levels: [0, 0, 0, 0, 0] }));
  const answers = explainByRules({ ...questions, examples, raised: [], logitTokens: [] });
  expect(answers.explanation).toBe("No rule was found; level 0 on every token.");
  expect(answers.levels!.flat()).toEqual([0, 0, 0, 0]);
  expect(answers.active).toEqual([false, false]);
  const silentRaise = explainByRules({ ...questions, raised: [show("a1")] });
  expect(silentRaise.explanation).toMatch(/What it raises follows no rule\.$/);
});

test("rules in a row are told apart", () => {
  const levels = [0, 0, 8, 0, 0];
  const examples = questions.examples.map((one, i) =>
    i < 6 ? { ...one, levels } : { ...one, levels: [0, 0, 3, 0, 0] },
  );
  expect(explainByRules({ ...questions, examples, raised: [] }).explanation).toBe(
    "Level 8 on tokens in Arabic script; else 3 on “ cat”; elsewhere 0.",
  );
});
