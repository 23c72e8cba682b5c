import { describe, expect, test } from "vitest";
import { backends } from "../../test/support/backends.ts";
import { plainLogProbabilities } from "../../test/support/plain-live.ts";
import { createTinySubject, type TinySubject } from "../../test/support/tiny-live-subject.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { answerLive } from "./answer-live.ts";
import type { LiveEvent, LiveFeature, LiveToken } from "./live-event.ts";
import type { LiveSubject } from "./live-subject.ts";

const TEXT = "the cat sat on the mat, and ran";
const NEXT = 261;

async function exploreText(subject: LiveSubject, effects: boolean, nextToken: number | null): Promise<LiveEvent[]> {
  const events = [];
  for await (const event of answerLive(subject, { kind: "explore", text: TEXT, effects, nextToken }))
    events.push(event);
  return events;
}

function tokensOf(events: readonly LiveEvent[]): readonly LiveToken[] {
  const explored = events.find((event) => event.kind === "explored");
  if (explored === undefined) throw new Error("nothing was explored");
  return explored.tokens;
}

/** The features of each token, in plain loops, the strongest first. */
function plainFeatures({ plain }: TinySubject, ids: readonly number[]): [feature: number, activation: number][][] {
  const T = plain.contextLength;
  const rows: [number, number][][] = [];
  const note = plain.at((x) => {
    const active = [...plain.encode(x).entries()].filter(([, value]) => value > 0);
    rows.push(active.sort(([, a], [, b]) => b - a));
    return [...x];
  });
  for (let start = 0; start < ids.length; start += T) plain.logits(ids.slice(start, start + T), note);
  return rows;
}

/** What ablating a feature on all tokens does to the prediction of each token's successor. */
function plainLossEffects({ plain }: TinySubject, ids: readonly number[], feature: number): (number | null)[] {
  const clean = plainLogProbabilities(plain, ids);
  const ablated = plainLogProbabilities(plain, ids, (x) => {
    const activation = plain.encode(x)[feature]!;
    return x.map((value, j) => value - activation * plain.direction(feature)[j]!);
  });
  return ids.map((_, i) => (i + 1 === ids.length ? null : clean[i + 1]! - ablated[i + 1]!));
}

const SUBJECTS = {
  "one layer": createTinySubject(1),
  "the last of two layers": createTinySubject(2, "mlp.hook_post", 1),
  "the first of two layers": createTinySubject(2),
  "an MLP's output": createTinySubject(1, "hook_mlp_out"),
  "the last residual stream": createTinySubject(1, "hook_resid_post"),
  "a residual stream before the MLP": createTinySubject(1, "hook_resid_mid"),
  "the residual stream before the first block": createTinySubject(2, "hook_resid_pre"),
  "before the non-linearity": createTinySubject(1, "mlp.hook_pre"),
};

describe.each(backends)("$name", ({ create }) => {
  test.each(Object.entries(SUBJECTS))("every number of %s is that of a plain computation", async (_, tiny) => {
    const subject = tiny.create(create(2));
    const tokens = tokensOf(await exploreText(subject, true, null));
    const ids = tokens.map(({ token }) => token);
    expect(ids).toEqual([subject.tokenizer.endOfText, ...subject.tokenizer.encode(TEXT)]);
    expect(ids.length).toBeGreaterThan(2 * tiny.plain.contextLength);
    const logProbabilities = plainLogProbabilities(tiny.plain, ids);
    const features = plainFeatures(tiny, ids);
    const effects = Array.from({ length: 20 }, (_feature, feature) => plainLossEffects(tiny, ids, feature));
    for (const [i, got] of tokens.entries()) {
      const T = tiny.plain.contextLength;
      expect(got).toMatchObject({ context: Math.floor(i / T), position: i % T });
      expectClose(got.logProbability, logProbabilities[i]!);
      expect(got.features.map(({ feature }) => feature)).toEqual(features[i]!.map(([feature]) => feature));
      for (const [rank, { feature, activation, lossEffect, logitEffect }] of got.features.entries()) {
        expectClose(activation, features[i]![rank]![1]);
        expectClose(lossEffect, effects[feature]![i]!);
        expect(logitEffect).toBeNull();
      }
    }
  });
});

function expectClose(got: number | null, wanted: number | null): void {
  if (wanted === null) expect(got).toBeNull();
  else expect(Math.abs(got! - wanted)).toBeLessThan(2e-5 * (1 + Math.abs(wanted)));
}

test("a feature's effect on a chosen token is its activation times its logit weight, median 0 over the vocabulary in use", async () => {
  const tiny = SUBJECTS["one layer"];
  const events = await exploreText(tiny.create(createReferenceKernels()), false, NEXT);
  for (const { features } of tokensOf(events)) {
    for (const { feature, activation, lossEffect, logitEffect } of features) {
      expectClose(logitEffect, activation * plainLogitWeight(tiny, feature, NEXT));
      expect(lossEffect).toBeNull();
    }
  }
});

/** d W_out, centred, times the gain over the scale of the subject, times the unembedding, less the median over tokens in use. */
function plainLogitWeight({ plain, files }: TinySubject, feature: number, token: number): number {
  const array = (name: string) => files.model.tensors.get(name)!.data as Float32Array;
  const [out, gain, unembedding] = [array("h.0.mlp.c_proj.weight"), array("ln_f.weight"), array("lm_head.weight")];
  const D = gain.length;
  const direction = plain.direction(feature);
  const written = Array.from(gain, (_, j) => direction.reduce((sum, d, i) => sum + d * out[i * D + j]!, 0));
  const mean = written.reduce((a, b) => a + b, 0) / D;
  const scaled = written.map((value, j) => ((value - mean) * gain[j]!) / files.layerNormScale!);
  const weights = Array.from({ length: unembedding.length / D }, (_, v) =>
    scaled.reduce((sum, value, j) => sum + value * unembedding[v * D + j]!, 0),
  );
  const sorted = weights.filter((_, v) => !files.unusedTokens.includes(v)).sort((a, b) => a - b);
  const median = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
  return weights[token]! - median;
}

test("a site without a direct path to the logits has no logit effects", async () => {
  const subject = SUBJECTS["before the non-linearity"].create(createReferenceKernels());
  const features = tokensOf(await exploreText(subject, false, NEXT)).flatMap((token) => token.features);
  expect(features.length).toBeGreaterThan(0);
  expect(features.every(({ logitEffect }: LiveFeature) => logitEffect === null)).toBe(true);
});

test("progress rises to its total, then come the answer and the end", async () => {
  const events = await exploreText(SUBJECTS["one layer"].create(createReferenceKernels()), true, null);
  expect(events.slice(-2).map(({ kind }) => kind)).toEqual(["explored", "done"]);
  const shares = events.flatMap((event) => (event.kind === "progress" ? [event.done / event.total] : []));
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
});

test("an abort ends the answer, and an unknown token is refused in a sentence", async () => {
  const subject = SUBJECTS["one layer"].create(createReferenceKernels());
  const controller = new AbortController();
  const request = { kind: "explore", text: TEXT, effects: true, nextToken: null } as const;
  const answer = answerLive(subject, request, controller.signal);
  await answer.next();
  controller.abort();
  await expect(Array.fromAsync(answer)).rejects.toThrow(/abort/);
  await expect(exploreText(subject, false, 9999)).rejects.toThrow(
    `there is no token 9999: they are numbered 0 to ${subject.model.config.vocabularySize - 1}`,
  );
});
