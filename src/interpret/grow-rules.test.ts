import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import type { LabelledPassage } from "./feature-exam.ts";
import { growRules } from "./grow-rules.ts";
import { holds } from "./token-rules.ts";

const WORDS = [" the", " of", " cat", " dog", " 12", ".", " in", "ing", " Mon", " red"];
const stream = createRandomStream(9, "passages");

/** Passages of random words on which a feature has the levels that `levelOf` says. */
function passagesOf(count: number, levelOf: (texts: readonly string[], place: number) => number): LabelledPassage[] {
  return Array.from({ length: count }, (_, p) => {
    const texts = Array.from({ length: 9 }, (_, t) => WORDS[stream.integer(9 * p + t, WORDS.length)]!);
    return {
      source: { kind: "random" },
      tokens: texts.map((text) => ({ text, scripts: [] })),
      labels: { domain: "prose" },
      levels: texts.map((_, place) => levelOf(texts, place)),
    };
  });
}

/** The share of the levels' variance that rules found from one set of passages leave in another. */
function measureLeft(levelOf: (texts: readonly string[], place: number) => number): number {
  const rules = growRules(passagesOf(49, levelOf));
  const judged = passagesOf(200, levelOf).map((passage) => ({
    ...passage,
    predicted: passage.tokens.map(
      (_, place) => rules.find(({ tests }) => tests.every((one) => holds(one, passage, place)))!.level,
    ),
  }));
  const levels = judged.flatMap((passage) => passage.levels);
  const predicted = judged.flatMap((passage) => passage.predicted);
  const mean = levels.reduce((a, b) => a + b, 0) / levels.length;
  const squares = (of: (i: number) => number) => levels.reduce((sum, level, i) => sum + (level - of(i)) ** 2, 0);
  return squares((i) => predicted[i]!) / squares(() => mean);
}

test("a feature of one token is one rule", () => {
  const rules = growRules(passagesOf(49, (texts, place) => (texts[place] === " cat" ? 8 : 0)));
  expect(rules).toEqual([
    { tests: [{ kind: "token", back: 0, texts: [" cat"] }], level: 8 },
    { tests: [], level: 0 },
  ]);
});

test("sets of tokens, what came before, and both together are found to the last token", () => {
  const animals = [" cat", " dog"];
  expect(measureLeft((texts, place) => (animals.includes(texts[place]!) ? 6 : 0))).toBe(0);
  expect(measureLeft((texts, place) => (texts[place - 1] === " of" ? 5 : 0))).toBe(0);
  expect(measureLeft((texts, place) => (texts[place - 2] === " in" ? 5 : 0))).toBe(0);
  const afterRed = (texts: readonly string[], place: number) => (texts[place - 1] === " red" ? 9 : 2);
  expect(measureLeft((texts, place) => (animals.includes(texts[place]!) ? afterRed(texts, place) : 0))).toBeLessThan(
    0.02,
  );
});

test("hardly a rule is found in noise", () => {
  const noise = createRandomStream(4, "noise");
  let drawn = 0;
  const rules = Array.from(
    { length: 10 },
    () => growRules(passagesOf(49, () => noise.integer(drawn++, 10))).length - 1,
  );
  expect(rules.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(10);
});

test("what holds within a single passage is no rule", () => {
  const passages = passagesOf(49, () => 0).map((passage, i) =>
    i === 7 ? { ...passage, levels: passage.levels.map(() => 9) } : passage,
  );
  expect(growRules(passages)).toHaveLength(1);
});

test("a feature that is always silent, and one without examples, have the one rule that says so", () => {
  expect(growRules(passagesOf(49, () => 0))).toEqual([{ tests: [], level: 0 }]);
  expect(growRules([])).toEqual([{ tests: [], level: 0 }]);
});
