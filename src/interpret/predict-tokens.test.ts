import { expect, test } from "vitest";
import { predictTokens } from "./predict-tokens.ts";

/** A vocabulary of 40 tokens: the first 20 end in "ing", the rest are plain; token 7 and 39 never occur in the text. */
const texts = Array.from({ length: 40 }, (_, token) => (token < 20 ? `w${token}ing` : `w${token}`));
const vocabulary = {
  size: texts.length,
  inUse: [...texts.keys()].filter((token) => token !== 7 && token !== 39),
  spell: (token: number) => ({ text: texts[token]!, scripts: [] }),
};
const weigh = (tokens: readonly number[]) => tokens.map((token) => ({ token, weight: 1 }));
const logits = (positive: readonly number[], negative: readonly number[]) => ({
  positive: weigh(positive),
  negative: weigh(negative),
  histogram: new Uint32Array(40),
  minimum: -1,
  maximum: 1,
});
const group = (centres: readonly number[]) => ({
  kind: "top" as const,
  examples: centres.map((token) => ({
    ...{ context: 0, position: 0, document: 0, repeats: 1, effects: null },
    tokens: [30, token, 31],
    activations: [0, 1, 0],
  })),
});

test("what the rule holds of is predicted, apart from the tokens it was found from and those that never occur", () => {
  const shown = [0, 1, 2, 3, 4, 5];
  const { rule, belongs, tokens } = predictTokens(
    { logits: logits(shown, [20, 21, 22, 23]), groups: [group([25, 26])], window: 1 },
    vocabulary,
  );
  expect(rule).toContain("end in “ng”");
  const expected = [...texts.keys()].filter((token) => token < 20 && !shown.includes(token) && token !== 7);
  expect([...belongs.keys()].filter((token) => belongs[token] === 1)).toEqual(expected);
  expect(tokens).toBe(expected.length);
});

test("tokens that no rule tells from those a feature lowers predict nothing", () => {
  const { rule, tokens } = predictTokens(
    { logits: logits([0, 20, 1, 21], [0, 20, 1, 21]), groups: [], window: 1 },
    vocabulary,
  );
  expect([rule, tokens]).toEqual(["", 0]);
});

test("a feature without a direct path to the logits predicts nothing", () => {
  expect(predictTokens({ logits: null, groups: [], window: 1 }, vocabulary)).toMatchObject({ rule: "", tokens: 0 });
});
