import { describe, expect, test } from "vitest";
import { backends } from "../../test/support/backends.ts";
import { plainLogProbabilities } from "../../test/support/plain-live.ts";
import { createTinySubject, TINY_FEATURES, type TinySubject } from "../../test/support/tiny-live-subject.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { answerLive } from "./answer-live.ts";
import type { LiveEvent } from "./live-event.ts";
import { type LiveRequest, parseLiveRequest } from "./live-request.ts";
import type { LiveSubject } from "./live-subject.ts";

const CONTEXTS = [[0, 40, 41, 42, 43, 44, 45, 46], [97, 98, 12, 7, 99], [5]];

const SUBJECTS = {
  "one layer": createTinySubject(1),
  "the first of two layers": createTinySubject(2),
  "a residual stream before the MLP": createTinySubject(1, "hook_resid_mid"),
};

async function ask<Kind extends LiveEvent["kind"]>(subject: LiveSubject, request: LiveRequest, kind: Kind) {
  for await (const event of answerLive(subject, request))
    if (event.kind === kind) return event as Extract<LiveEvent, { kind: Kind }>;
  throw new Error(`there was no ${kind}`);
}

/** A feature's activations and what ablating it everywhere does to each next token's prediction, in plain loops. */
function readPlainly({ plain }: TinySubject, tokens: readonly number[], feature: number) {
  const activations: number[] = [];
  const clean = plainLogProbabilities(plain, tokens, (x) => {
    activations.push(plain.encode(x)[feature]!);
    return [...x];
  });
  const ablated = plainLogProbabilities(plain, tokens, (x) => {
    const activation = plain.encode(x)[feature]!;
    return x.map((value, j) => value - activation * plain.direction(feature)[j]!);
  });
  return {
    activations,
    effects: tokens.map((_, i) => (i + 1 === tokens.length ? 0 : clean[i + 1]! - ablated[i + 1]!)),
  };
}

describe.each(backends)("$name", ({ create }) => {
  test.each(Object.entries(SUBJECTS))(
    "of %s each feature on whole contexts is that of a plain computation",
    async (_, tiny) => {
      const subject = tiny.create(create(2));
      for (let feature = 0; feature < TINY_FEATURES; feature++) {
        const { contexts } = await ask(subject, { kind: "contexts", feature, contexts: CONTEXTS }, "contexts");
        for (const [index, tokens] of CONTEXTS.entries()) {
          const wanted = readPlainly(tiny, tokens, feature);
          for (const name of ["activations", "effects"] as const)
            for (const [place, value] of wanted[name].entries())
              expect(Math.abs(contexts[index]![name][place]! - value), `${name} ${place}`).toBeLessThan(
                2e-5 * (1 + Math.abs(value)),
              );
        }
      }
    },
  );
});

test("the logit weights of all tokens are those by which a feature's effect on a chosen token is stated", async () => {
  const subject = SUBJECTS["one layer"].create(createReferenceKernels());
  const { weights } = await ask(subject, { kind: "logit-weights", feature: 3 }, "logit-weights");
  expect(weights).toHaveLength(subject.model.config.vocabularySize);
  for (const nextToken of [1, 100, 261]) {
    const request = { kind: "explore", text: "the cat sat on the mat", effects: false, nextToken } as const;
    const { tokens } = await ask(subject, request, "explored");
    const firings = tokens.flatMap(({ features }) => features.filter(({ feature }) => feature === 3));
    expect(firings.length).toBeGreaterThan(0);
    for (const { activation, logitEffect } of firings)
      expect(activation * weights![nextToken]!).toBeCloseTo(logitEffect!, 4);
  }
  const closed = createTinySubject(1, "mlp.hook_pre").create(createReferenceKernels());
  expect((await ask(closed, { kind: "logit-weights", feature: 3 }, "logit-weights")).weights).toBeNull();
});

test("what no model or dictionary has is refused in a sentence", async () => {
  const subject = SUBJECTS["one layer"].create(createReferenceKernels());
  const refused = (request: LiveRequest) => expect(ask(subject, request, "contexts")).rejects;
  await refused({ kind: "contexts", feature: 20, contexts: [[1]] }).toThrow("there is no feature 20");
  await refused({ kind: "logit-weights", feature: 99 }).toThrow("there is no feature 99");
  await refused({ kind: "contexts", feature: 1, contexts: [[1], [9999]] }).toThrow("there is no token 9999");
  await refused({ kind: "contexts", feature: 1, contexts: [Array(9).fill(1)] }).toThrow("the model sees 8");
  for (const contexts of [[], [[]], [[-1]], [[1.5]], Array(257).fill([1])])
    expect(() => parseLiveRequest({ kind: "contexts", feature: 1, contexts })).toThrow(/cannot be answered/);
});
