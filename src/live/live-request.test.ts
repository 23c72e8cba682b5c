import { expect, test } from "vitest";
import { LIVE_LIMITS } from "./live-limits.ts";
import { parseLiveRequest } from "./live-request.ts";

const steer = {
  ...{ kind: "steer", prompt: "1,2,3", interventions: [], errorTerm: "keep", tokens: 20, seed: 0 },
  ...{ temperature: 1, topK: 0, topP: 1 },
};
const losses = { kind: "losses", text: "1,2,3", interventions: [], errorTerm: "drop" };

test("a request as the contract has it is taken as it is", () => {
  const interventions = [
    { kind: "pin", feature: 3, value: 4.5, span: null },
    { kind: "add", feature: 3, amount: -2, span: [0, 4] },
    { kind: "ablate", feature: 7, span: [2, 3] },
  ];
  for (const request of [
    { ...steer, interventions },
    { ...losses, interventions },
    { kind: "explore", text: "x", effects: true, nextToken: null },
    { kind: "dose", prompt: "x", feature: 1, values: [0, 1.5], errorTerm: "keep", tokens: 5, seed: 9 },
  ])
    expect(parseLiveRequest(request)).toEqual(request);
});

test.each([
  [{ ...steer, prompt: " \n\t" }, "prompt: the prompt is empty or only white space"],
  [{ ...losses, text: "" }, "text: the text is empty or only white space"],
  [{ ...losses, text: "x".repeat(LIVE_LIMITS.characters + 1) }, "text: the text is longer than 100000 characters"],
  [{ ...steer, tokens: 501 }, "tokens: Too big: expected number to be <=500"],
  [{ ...steer, tokens: 0 }, "tokens: Too small"],
  [{ ...steer, interventions: [{ kind: "pin", feature: 1, value: Number.NaN, span: null }] }, "interventions.0.value"],
  [{ ...steer, interventions: [{ kind: "pin", feature: 1, value: 1e7, span: null }] }, "interventions.0.value"],
  [{ ...steer, interventions: [{ kind: "ablate", feature: 1.5, span: null }] }, "interventions.0.feature"],
  [{ ...steer, interventions: [{ kind: "ablate", feature: 1, span: [3, 3] }] }, "a span ends after it begins"],
  [{ ...steer, interventions: Array(65).fill({ kind: "ablate", feature: 1, span: null }) }, "interventions: Too big"],
  [{ ...steer, temperature: Number.POSITIVE_INFINITY }, "temperature"],
  [{ ...steer, extra: 1 }, "extra"],
  [{ kind: "sing" }, "kind"],
  [null, "the request cannot be answered"],
])("what is wrong with %j is said in a sentence", (request, sentence) => {
  expect(() => parseLiveRequest(request)).toThrow(sentence);
  expect(() => parseLiveRequest(request)).toThrow(/^the request cannot be answered: /);
});
