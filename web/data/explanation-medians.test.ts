import { expect, test } from "vitest";
import type { Explanation } from "../../src/server/api.ts";
import { measureMedians } from "./explanation-medians.ts";

function explanations(method: string, scores: readonly (number | null)[], stale = false): Explanation[] {
  return scores.map((score, feature) => ({ feature, method, score, stale, text: "a rule" }));
}

test("each method has the median of its own scores, those about other weights and without a score left out", () => {
  const said = [
    ...explanations("rules 1", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, null]),
    ...explanations("rules 1", [0.9, 0.9, 0.9], true),
    ...explanations("small, prompts 1", [0.5, 0.5]),
  ];
  const medians = measureMedians(Map.groupBy(said, ({ feature }) => feature));
  expect([...medians.keys()]).toEqual(["rules 1"]);
  expect(medians.get("rules 1")).toMatchObject({ count: 7, median: 0.4 });
});

test("nothing explained has no median", () => {
  expect(measureMedians(new Map()).size).toBe(0);
});
