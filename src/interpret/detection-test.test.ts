import { expect, test } from "vitest";
import { createDetectionItems, createFuzzingItems, scoreBalancedAccuracy } from "./detection-test.ts";
import type { Passage } from "./passage.ts";

function passage(number: number, activations: readonly number[]): Passage {
  const tokens = activations.map((_, place) => 10 * number + place);
  return { source: { kind: "firing" }, context: number, position: 8, document: 0, tokens, activations };
}

const firing = Array.from({ length: 20 }, (_, i) => passage(i, [0, 0, 0, i % 3, 2, 0, 0, 0, 0]));
const silent = Array.from({ length: 20 }, (_, i) => passage(100 + i, [0, 0, 0, 0, 0, 0, 0, 0, 0]));

test("detection asks about active and silent passages, mixed", () => {
  const items = createDetectionItems(firing, silent, 0, 5);
  expect(items.filter(({ active }) => active)).toHaveLength(20);
  for (const { passage: shown, active } of items) expect(active).toBe(shown.activations.some((value) => value > 0));
  expect(new Set(items.slice(0, 20).map(({ active }) => active)).size).toBe(2);
  expect(createDetectionItems(firing, silent, 0, 5)).toEqual(items);
});

test("fuzzing marks the active tokens, or as many silent ones", () => {
  const items = createFuzzingItems(firing, 0, 5);
  expect(items.filter(({ right }) => right)).toHaveLength(10);
  for (const { passage: shown, marked, right } of items) {
    const active = shown.activations.filter((value) => value > 0).length;
    expect(marked.filter((mark) => mark)).toHaveLength(active);
    marked.forEach((mark, place) => {
      if (mark) expect(shown.activations[place]! > 0).toBe(right);
    });
  }
});

test("wrong marks are drawn among the tokens that are there, and differ from passage to passage", () => {
  const edge = firing.map((one) => ({ ...one, tokens: one.tokens.map((token, place) => (place < 3 ? -1 : token)) }));
  const wrong = createFuzzingItems(edge, 0, 5).filter(({ right }) => !right);
  for (const { marked } of wrong) expect(marked.slice(0, 3)).toEqual([false, false, false]);
  expect(new Set(wrong.map(({ marked }) => marked.join())).size).toBeGreaterThan(2);
});

test("a passage that is active throughout cannot be marked wrongly and is left out", () => {
  expect(createFuzzingItems([passage(1, [1, 1, 1])], 0, 0)).toEqual([]);
});

test("balanced accuracy counts both kinds alike: always yes scores a half, as does always no", () => {
  const truths = [true, false, false, false];
  expect(scoreBalancedAccuracy([true, true, true, true], truths)).toBe(0.5);
  expect(scoreBalancedAccuracy([false, false, false, false], truths)).toBe(0.5);
  expect(scoreBalancedAccuracy([true, false, false, true], truths)).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(scoreBalancedAccuracy(truths, truths)).toBe(1);
  expect(scoreBalancedAccuracy([true], [true])).toBeNull();
});
