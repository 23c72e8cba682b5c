import { expect, test } from "vitest";
import type { LiveEvent } from "../../src/live/live-event.ts";
import { addToSample, meanLoss, type Sample } from "./sample.ts";

test("a sample is its prompt and the tokens that were drawn, each with its log-probability", () => {
  const events: LiveEvent[] = [
    { kind: "prompt", tokens: [9, 1], logProbabilities: [null, -1] },
    { kind: "progress", done: 1, total: 2 },
    { kind: "token", index: 0, token: 4, logProbability: -2 },
    { kind: "token", index: 1, token: 5, logProbability: -4 },
    { kind: "done" },
  ];
  const sample = events.reduce<Sample | undefined>(addToSample, undefined);
  expect(sample).toEqual({ tokens: [9, 1, 4, 5], logProbabilities: [null, -1, -2, -4], promptLength: 2 });
  expect(meanLoss(sample!.logProbabilities)).toBeCloseTo(7 / 3, 12);
  expect(meanLoss(sample!.logProbabilities.slice(2))).toBe(3);
});
