import { expect, test } from "vitest";
import { DEMONSTRATIONS } from "./demonstrations.ts";

test("there are eight, each with active and silent tokens to explain and to predict", () => {
  expect(DEMONSTRATIONS).toHaveLength(8);
  for (const { passages, unseen, answer, reasoning } of DEMONSTRATIONS) {
    for (const shown of [passages, unseen]) {
      const levels = shown.flatMap(({ tokens }) => tokens.map(([, level]) => level));
      expect(Math.max(...levels)).toBeGreaterThanOrEqual(8);
      expect(Math.min(...levels)).toBe(0);
    }
    expect(answer.length).toBeLessThan(150);
    expect(reasoning.length).toBeGreaterThan(40);
  }
});

test("a level stands apart from its token", () => {
  const [first] = DEMONSTRATIONS;
  expect(first!.passages[0]!.tokens[3]).toEqual([" Monday", 9]);
});
