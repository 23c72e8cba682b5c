import { expect, test } from "vitest";
import { findRaiseTests, isRaised } from "./raise-rules.ts";
import type { ShownToken } from "./spell-tokens.ts";

const show = (text: string, script?: string): ShownToken => ({ text, scripts: script === undefined ? [] : [script] });
const others = [" the", " of", "ing", "er", "ed", "un", "re", "\n", ".", " 12", " Monday", "ст"].map((text) =>
  show(text),
);

test("what the raised tokens have in common and others lack is found", () => {
  const arabic = ["ال", "ية", "ون"].map((text) => show(text, "Arabic"));
  expect(findRaiseTests(arabic, others)).toEqual([{ kind: "script", back: 0, script: "Arabic" }]);
  const tests = findRaiseTests(
    [" 19", " 20", " 7", " 2023"].map((text) => show(text)),
    [show(" the"), show(" of")],
  );
  expect(isRaised(tests, show(" 1984"))).toBe(true);
  expect(isRaised(tests, show(" cat"))).toBe(false);
});

test("two kinds of raised tokens are two tests", () => {
  const raised = [show("ال", "Arabic"), show("ية", "Arabic"), show("tion"), show("ation")];
  const tests = findRaiseTests(raised, others);
  expect(tests).toHaveLength(2);
  expect(raised.every((token) => isRaised(tests, token))).toBe(true);
  expect(others.some((token) => isRaised(tests, token))).toBe(false);
});

test("nothing is said of tokens that have nothing in common that others lack", () => {
  expect(findRaiseTests(others, others)).toEqual([]);
  expect(findRaiseTests([], others)).toEqual([]);
});
