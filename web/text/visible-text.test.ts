import { expect, test } from "vitest";
import { showToken, showUnseen } from "./visible-text.ts";

const join = (parts: readonly { text: string }[]) => parts.map(({ text }) => text).join("|");

test("line breaks, tabs and characters without a shape get a sign", () => {
  expect(join(showUnseen("a\nb\tc\u200bd\u0007e\u00a0f"))).toBe("a|⏎|b|⇥|c|‹zwsp›|d|␇|e|⍽|f");
});

test("direction marks are replaced, so that they cannot reorder the page", () => {
  const shown = join(showUnseen("\u202eabc\u202c\u2066x\u2069"));
  expect(shown).toBe("‹rlo›|abc|‹pdf›|‹lri›|x|‹pdi›");
  expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
});

test("ordinary text in any script is one plain part, joiners included", () => {
  for (const text of ["plain text", "مرحبا بالعالم", "नमस्ते", "👩\u200d👧"])
    expect(showUnseen(text)).toEqual([{ text, kind: "plain" }]);
});

test("a token by itself shows its outer spaces, not those within", () => {
  expect(join(showToken(" a b "))).toBe("·|a b|·");
  expect(join(showToken("   "))).toBe("···");
  expect(join(showToken("\n  x"))).toBe("⏎|··|x");
});
