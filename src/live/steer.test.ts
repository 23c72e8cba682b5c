import { describe, expect, test } from "vitest";
import { backends } from "../../test/support/backends.ts";
import { plainLogProbabilities, plainNext, plainSteering } from "../../test/support/plain-live.ts";
import { createTinySubject, type TinySubject } from "../../test/support/tiny-live-subject.ts";
import "../../test/support/to-be-all-close.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { sampleToken } from "../model/sample-token.ts";
import { createRandomStream } from "../numerics/random.ts";
import type { Intervention } from "../steering/intervention.ts";
import { answerLive } from "./answer-live.ts";
import type { LiveEvent } from "./live-event.ts";
import { type LiveRequest, type LiveRequestOf, parseLiveRequest } from "./live-request.ts";

const PROMPT = "the cat sat";
const one = createTinySubject(1);
const two = createTinySubject(2);
const FEATURE = 3;

const WAYS: Record<string, readonly Intervention[]> = {
  nothing: [],
  "a pin everywhere": [{ kind: "pin", feature: FEATURE, value: 4, span: null }],
  "a pin of the prompt": [{ kind: "pin", feature: FEATURE, value: 4, span: [0, 4] }],
  "several, on spans": [
    { kind: "pin", feature: 5, value: 3, span: [2, 11] },
    { kind: "add", feature: 8, amount: -2.5, span: null },
    { kind: "ablate", feature: 11, span: [6, 30] },
  ],
};

function steerRequest(change: Partial<LiveRequestOf<"steer">>): LiveRequestOf<"steer"> {
  const sampling = { temperature: 1, topK: 0, topP: 1 };
  const base = { kind: "steer", prompt: PROMPT, interventions: [], errorTerm: "keep", tokens: 12, seed: 7 } as const;
  return { ...base, ...sampling, ...change };
}

async function ask(tiny: TinySubject, request: LiveRequest, kernels = createReferenceKernels()): Promise<LiveEvent[]> {
  return Array.fromAsync(answerLive(tiny.create(kernels), request));
}

/** The prompt and the drawn tokens of an answer. */
async function steered(tiny: TinySubject, request: LiveRequestOf<"steer">, kernels?: Kernels) {
  const events = await ask(tiny, request, kernels);
  const prompt = events.find((event) => event.kind === "prompt")!;
  return { prompt, drawn: events.filter((event) => event.kind === "token") };
}

function expectAllClose(got: readonly (number | null)[], wanted: readonly (number | null)[]): void {
  expect(got.map((value) => value ?? 99)).toBeAllClose(
    wanted.map((value) => value ?? 99),
    { absolute: 5e-5 },
  );
}

describe.each(backends)("$name", ({ create }) => {
  const kernels = create(2);
  describe.each([
    ["one layer", one],
    ["the first of two layers", two],
  ] as const)("%s", (_, tiny) => {
    describe.each(["keep", "drop"] as const)("%s", (errorTerm) => {
      test.each(Object.entries(WAYS))(
        "%s: what is said and drawn is what a plain computation says and draws",
        async (_way, interventions) => {
          const request = steerRequest({ interventions: [...interventions], errorTerm });
          const change = plainSteering(tiny.plain, interventions, errorTerm);
          const { prompt, drawn } = await steered(tiny, request, kernels);
          expectAllClose(prompt.logProbabilities, plainLogProbabilities(tiny.plain, prompt.tokens, change));
          const text = [...prompt.tokens];
          const random = createRandomStream(request.seed, "generate");
          for (const { index, token, logProbability } of drawn) {
            const next = plainNext(tiny.plain, text, change);
            expect(token).toBe(sampleToken(Float32Array.from(next), request, random.uniform(index)));
            expectAllClose([logProbability], [next[token]!]);
            text.push(token);
          }
          expect(drawn).toHaveLength(request.tokens);
          expect(text.length).toBeGreaterThan(2 * tiny.plain.contextLength);
        },
      );
    });
  });

  test("watched features are told on every token as they are before interventions change them", async () => {
    const interventions = [...WAYS["several, on spans"]!];
    const watch = [8, 5, 2];
    const events = await ask(one, steerRequest({ interventions, watch }), kernels);
    const { activations } = events.find((event) => event.kind === "watched")!;
    const { prompt, drawn } = await steered(one, steerRequest({ interventions }), kernels);
    const text = [...prompt.tokens, ...drawn.map(({ token }) => token)];
    const change = plainSteering(one.plain, interventions, "keep");
    const seen: number[][] = [];
    plainLogProbabilities(one.plain, text, (x, position) => {
      seen[position] = one.plain.encode(x);
      return change(x, position);
    });
    expect(activations.flat()).toBeAllClose(
      watch.flatMap((feature) => seen.map((values) => values[feature]!)),
      { absolute: 5e-5 },
    );
    expect(activations.flat().some((value) => value > 0)).toBe(true);
    expect(events.at(-2)!.kind).toBe("watched");
    await expect(ask(one, steerRequest({ watch: [99] }), kernels)).rejects.toThrow(/there is no feature 99/);
  });

  test("losses are the model's own, without the site, reconstructed, and under the interventions", async () => {
    const interventions = [...WAYS["several, on spans"]!];
    const text = `${PROMPT} on the mat, and ran`;
    const request = { kind: "losses", text, interventions, errorTerm: "drop" } as const;
    const losses = (await ask(one, request, kernels)).find((event) => event.kind === "losses")!;
    const { plain } = one;
    const ids = losses.tokens;
    expect(ids.length).toBeGreaterThan(2 * plain.contextLength);
    expectAllClose(losses.clean, plainLogProbabilities(plain, ids));
    expectAllClose(
      losses.zeroAblated,
      plainLogProbabilities(plain, ids, (x) => x.map(() => 0)),
    );
    expectAllClose(
      losses.reconstructed,
      plainLogProbabilities(plain, ids, (x) => plain.decode(plain.encode(x))),
    );
    expectAllClose(losses.intervened!, plainLogProbabilities(plain, ids, plainSteering(plain, interventions, "drop")));
  });

  test("a dose-response has each value's loss, next tokens and the sample that steering with it draws", async () => {
    const values = [0, 2.5, -1];
    const request = {
      kind: "dose",
      prompt: PROMPT,
      feature: FEATURE,
      values,
      errorTerm: "keep",
      tokens: 4,
      seed: 3,
    } as const;
    const doses = (await ask(one, request, kernels)).filter((event) => event.kind === "dose");
    expect(doses.map(({ value }) => value)).toEqual(values);
    for (const { value, loss, topTokens, sample } of doses) {
      const interventions: Intervention[] = [{ kind: "pin", feature: FEATURE, value, span: null }];
      const { prompt, drawn } = await steered(one, steerRequest({ interventions, tokens: 4, seed: 3 }), kernels);
      expect(sample).toEqual(drawn.map(({ token }) => token));
      const change = plainSteering(one.plain, interventions, "keep");
      const known = plainLogProbabilities(one.plain, prompt.tokens, change).slice(1) as number[];
      expectAllClose([loss], [-known.reduce((a, b) => a + b, 0) / known.length]);
      const next = plainNext(one.plain, prompt.tokens, change);
      const wanted = [...next.entries()].sort(([, a], [, b]) => b - a).slice(0, 10);
      expect(topTokens.map(({ token }) => token)).toEqual(wanted.map(([token]) => token));
      expectAllClose(
        topTokens.map(({ probability }) => probability),
        wanted.map(([, value]) => Math.exp(value)),
      );
    }
  });
});

test("an ablation is a pin to 0, and without interventions a kept error leaves the model as it is", async () => {
  const pinned = steerRequest({ interventions: [{ kind: "pin", feature: FEATURE, value: 0, span: null }] });
  const ablated = steerRequest({ interventions: [{ kind: "ablate", feature: FEATURE, span: null }] });
  expect(await ask(one, ablated)).toEqual(await ask(one, pinned));
  const { prompt } = await steered(one, steerRequest({}));
  expectAllClose(prompt.logProbabilities, plainLogProbabilities(one.plain, prompt.tokens));
});

test("losses without interventions have none to show", async () => {
  const request = { kind: "losses", text: PROMPT, interventions: [], errorTerm: "keep" } as const;
  const losses = (await ask(one, request)).find((event) => event.kind === "losses")!;
  expect(losses.intervened).toBeNull();
});

test("a prompt longer than the context is judged window after window and continued from its end", async () => {
  const { prompt, drawn } = await steered(
    one,
    steerRequest({ prompt: "the cat sat on the mat and the rat ran", tokens: 1 }),
  );
  expect(prompt.tokens.length).toBeGreaterThan(2 * one.plain.contextLength);
  expectAllClose(prompt.logProbabilities, plainLogProbabilities(one.plain, prompt.tokens));
  expectAllClose([drawn[0]!.logProbability], [plainNext(one.plain, prompt.tokens)[drawn[0]!.token]!]);
});

test.each([
  [{ ...steerRequest({ interventions: [{ kind: "ablate", feature: 20, span: null }] }) }],
  [{ kind: "dose", prompt: "x", feature: 20, values: [1], errorTerm: "keep", tokens: 1, seed: 0 }],
  [
    {
      kind: "losses",
      text: "x",
      interventions: [{ kind: "pin", feature: 20, value: 1, span: null }],
      errorTerm: "keep",
    },
  ],
])("a feature that is not there is refused in a sentence", async (request) => {
  await expect(ask(one, parseLiveRequest(request))).rejects.toThrow(
    "there is no feature 20: they are numbered 0 to 19",
  );
});

test.each([
  [{ ...steerRequest({ tokens: 500 }) }],
  [{ kind: "dose", prompt: "x", feature: 2, values: [1, 2, 3], errorTerm: "keep", tokens: 500, seed: 0 }],
  [{ kind: "losses", text: "the cat sat on the mat", interventions: [], errorTerm: "keep" }],
])("an abort ends the answer", async (request) => {
  const controller = new AbortController();
  const answer = answerLive(one.create(createReferenceKernels()), parseLiveRequest(request), controller.signal);
  await answer.next();
  controller.abort();
  await expect(Array.fromAsync(answer)).rejects.toThrow(/abort/);
});
