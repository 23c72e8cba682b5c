import { expect, test } from "vitest";
import type { ShownPassage } from "./feature-exam.ts";
import { listTests } from "./list-tests.ts";
import { holds } from "./token-rules.ts";

function passage(texts: readonly string[], domain: string): ShownPassage {
  return { tokens: texts.map((text) => ({ text, scripts: [] })), labels: { domain, source: texts.join() } };
}

const passages = [passage([" in", " the", "re"], "a"), passage([" at", " the", "x"], "a"), passage(["1", "2"], "b")];

test("a test is listed with the tokens of which it holds, in a row", () => {
  for (const { test: listed, holds: values } of listTests(passages)) {
    const wanted = passages.flatMap((one) => one.tokens.map((_, place) => (holds(listed, one, place) ? 1 : 0)));
    expect([...values], JSON.stringify(listed)).toEqual(wanted);
  }
});

test("tests that hold in one passage alone, or of everything, are left out", () => {
  const names = listTests(passages).map(({ test: listed }) => JSON.stringify(listed));
  expect(names).toContain('{"kind":"token","back":0,"texts":[" the"]}');
  expect(names).toContain('{"kind":"label","name":"domain","value":"a"}');
  expect(names).not.toContain('{"kind":"token","back":0,"texts":[" in"]}');
  expect(names).not.toContain('{"kind":"label","name":"domain","value":"b"}');
  expect(names.some((name) => name.includes("source"))).toBe(false);
  expect(new Set(names).size).toBe(names.length);
});
