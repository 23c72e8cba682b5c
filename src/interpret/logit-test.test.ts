import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { chooseLogitTokens } from "./logit-test.ts";

const stream = createRandomStream(1, "logits");
const logits = Float32Array.from({ length: 1000 }, (_, i) => stream.normal(i));
const inUse = Int32Array.from({ length: 900 }, (_, i) => i + 100);

/** 1 for the largest weight, by counting how many are larger. */
function rankOf(token: number): number {
  return 1 + inUse.filter((other) => logits[other]! > logits[token]!).length;
}

test("50 tokens are those of rank 10 to 59, 50 are random ones below them, mixed", () => {
  const chosen = chooseLogitTokens(logits, inUse, 0, 3);
  const raised = chosen.filter((entry) => entry.raised).map(({ token }) => rankOf(token));
  const others = chosen.filter((entry) => !entry.raised).map(({ token }) => rankOf(token));
  expect(raised.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => 10 + i));
  expect(others).toHaveLength(50);
  expect(Math.min(...others)).toBeGreaterThanOrEqual(60);
  expect(Math.max(...others)).toBeGreaterThan(500);
  expect(new Set(chosen.map(({ token }) => token)).size).toBe(100);
  expect(chosen.slice(0, 50).some((entry) => !entry.raised)).toBe(true);
});

test("the tokens depend on seed and feature alone", () => {
  expect(chooseLogitTokens(logits, inUse, 0, 3)).toEqual(chooseLogitTokens(logits, inUse, 0, 3));
  expect(chooseLogitTokens(logits, inUse, 0, 4)).not.toEqual(chooseLogitTokens(logits, inUse, 0, 3));
});

test("of a small vocabulary as many raised tokens as others are asked about", () => {
  const chosen = chooseLogitTokens(logits, inUse.subarray(0, 30), 0, 0);
  expect(chosen.filter((entry) => entry.raised)).toHaveLength(10);
  expect(chosen).toHaveLength(20);
  expect(chooseLogitTokens(logits, inUse.subarray(0, 5), 0, 0)).toEqual([]);
});
