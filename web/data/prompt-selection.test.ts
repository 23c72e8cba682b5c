import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePromptSelection } from "./prompt-selection.ts";

test("an address says what features are ranked by and which are shown", () => {
  const query = new URLSearchParams("by=logit&next=%20the&min=0.5&dense=hide&end=show&group=token&f=12&tok=3");
  expect(parsePromptSelection(query)).toEqual({
    rank: "logit",
    next: " the",
    minimum: 0.5,
    hideDense: true,
    ignoreEnd: false,
    group: "token",
    feature: 12,
    token: 3,
  });
});

test("nonsense in an address counts as nothing", () => {
  const nothing = parsePromptSelection(new URLSearchParams());
  expect(parsePromptSelection(new URLSearchParams("by=x&min=-1&dense=1&end=&group=&f=-1&tok=1e3"))).toEqual(nothing);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { minimum, feature, token } = parsePromptSelection(new URLSearchParams({ min: text, f: text, tok: text }));
      expect(minimum >= 0 && minimum < Number.POSITIVE_INFINITY).toBe(true);
      for (const index of [feature, token]) expect(index === null || Number.isInteger(index)).toBe(true);
    }),
  );
});
