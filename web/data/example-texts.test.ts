import { expect, test } from "vitest";
import { EXAMPLE_TEXTS, findExampleText } from "./example-texts.ts";

const texts = EXAMPLE_TEXTS.flatMap((group) => group.texts);

const SCRIPTS = [
  ["arabic", "Arabic"],
  ["hebrew", "Hebrew"],
  ["russian", "Cyrillic"],
  ["greek", "Greek"],
  ["chinese", "Han"],
  ["korean", "Hangul"],
  ["thai", "Thai"],
  ["hindi", "Devanagari"],
  ["tamil", "Tamil"],
] as const;

test("each text has its own name, fit for an address, and enough to read", () => {
  expect(new Set(texts.map(({ id }) => id)).size).toBe(texts.length);
  expect(texts.length).toBeGreaterThanOrEqual(30);
  for (const { id, text } of texts) {
    expect(id).toMatch(/^[a-z0-9-]+$/);
    expect(text.length).toBeGreaterThan(100);
    expect(text.length).toBeLessThan(1000);
    expect(text).toBe(text.normalize("NFC"));
  }
});

test.each(SCRIPTS)("the letters of the %s text are %s", (id, script) => {
  const letters = findExampleText(id).text.match(/\p{L}/gu) ?? [];
  const own = letters.filter((letter) => new RegExp(`\\p{Script=${script}}`, "u").test(letter));
  expect(own.length).toBe(letters.length);
});

test("the generated codes are what they say", () => {
  const bytes = atob(findExampleText("base64").text.replaceAll("\n", ""));
  expect(bytes.length).toBeGreaterThan(100);
  expect(findExampleText("dna").text.split("\n").slice(1).join("")).toMatch(/^[ACGT]{240}$/);
  expect(JSON.parse(findExampleText("json").text)).toMatchObject({ id: 4071 });
});

test("a name that no text has leads to the first", () => {
  expect(findExampleText("klingon").id).toBe("prose");
  expect(findExampleText(null).id).toBe("prose");
});
