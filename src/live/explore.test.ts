import { expect, test } from "vitest";
import { plainLogSoftmax } from "../../test/support/plain-transformer.ts";
import { createTinySubject } from "../../test/support/tiny-live-subject.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { answerLive } from "./answer-live.ts";
import type { LiveToken } from "./live-event.ts";
import type { LiveSubject } from "./live-subject.ts";

const tiny = createTinySubject();
const subject = tiny.create(createReferenceKernels());
const TEXT = "the cat sat on the mat, and ran";

async function exploreText(of: LiveSubject, text: string): Promise<readonly LiveToken[]> {
  const request = { kind: "explore", text, effects: true, nextToken: null } as const;
  for await (const event of answerLive(of, request)) if (event.kind === "explored") return event.tokens;
  throw new Error("nothing was explored");
}

test("each token has exactly the features that a plain computation finds, the strongest first", async () => {
  const tokens = await exploreText(subject, TEXT);
  const ids = tokens.map(({ token }) => token);
  expect(ids).toEqual([subject.tokenizer.endOfText, ...subject.tokenizer.encode(TEXT)]);
  const T = tiny.plain.contextLength;
  expect(ids.length).toBeGreaterThan(T);
  let logits: number[] | undefined;
  for (let start = 0; start < ids.length; start += T) {
    const rows: number[][] = [];
    const keep = tiny.plain.at((x) => {
      rows.push(tiny.plain.encode(x));
      return [...x];
    });
    const all = tiny.plain.logits(ids.slice(start, start + T), keep);
    for (const [position, features] of rows.entries()) {
      const got = tokens[start + position]!;
      expect(got).toMatchObject({ context: start / T, position });
      const wanted = [...features.entries()].filter(([, value]) => value > 0).sort(([, a], [, b]) => b - a);
      expect(got.features.map(({ feature }) => feature)).toEqual(wanted.map(([feature]) => feature));
      for (const [i, { activation }] of got.features.entries()) expect(activation).toBeCloseTo(wanted[i]![1], 5);
      if (logits === undefined) expect(got.logProbability).toBeNull();
      else expect(got.logProbability).toBeCloseTo(plainLogSoftmax(logits)[got.token]!, 5);
      logits = all[position]!;
    }
  }
});
