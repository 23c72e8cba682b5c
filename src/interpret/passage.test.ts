import { expect, test } from "vitest";
import { createPassageRegister, type Passage } from "./passage.ts";

function passage(context: number, position: number, tokens: readonly number[]): Passage {
  return { source: { kind: "random" }, context, position, document: 0, tokens, activations: tokens.map(() => 0) };
}

test("a passage is known by its tokens wherever it stands, and by its place whatever its tokens", () => {
  const register = createPassageRegister();
  register.add(passage(1, 10, [1, 2, 3]));
  expect(register.hasTokens(passage(7, 90, [1, 2, 3]))).toBe(true);
  expect(register.hasTokens(passage(7, 90, [12, 3]))).toBe(false);
  expect(register.overlaps(passage(1, 12, [3, 4, 5]))).toBe(true);
  expect(register.overlaps(passage(1, 13, [4, 5, 6]))).toBe(false);
  expect(register.overlaps(passage(2, 10, [1, 2, 3]))).toBe(false);
});
