import { expect, test } from "vitest";
import { resamplingSchema } from "./resampling-config.ts";

const steps = (changes: object) => resamplingSchema.parse({ kind: "steps", every: 30_000, window: 15_000, ...changes });

test("without a variant the paper's choices hold", () => {
  expect(steps({})).toEqual({
    kind: "steps",
    every: 30_000,
    window: 15_000,
    variant: "paper",
    towards: "inputs",
    inputs: 819_200,
    drawBy: "squared-loss",
    penaltyInLoss: true,
    centred: false,
    replacement: false,
    encoderRow: "direction",
    encoderScale: 0.2,
    resetAdam: true,
    rewarm: 0,
  });
});

test("the variants differ from the paper in what is published of them and in nothing else", () => {
  const paper = { ...steps({}) };
  const neel = { towards: "kaiming", resetAdam: false, inputs: 1 };
  expect(steps({ variant: "neel" })).toEqual({ ...paper, variant: "neel", ...neel });
  const batchOnly = { inputs: 1, drawBy: "error-norm", penaltyInLoss: false, encoderRow: "input", rewarm: 1500 };
  expect(steps({ variant: "dictionary-learning" })).toEqual({ ...paper, variant: "dictionary-learning", ...batchOnly });
});

test("a switch that is given outweighs its variant, and what was resolved once stays as it is", () => {
  const resolved = steps({ variant: "dictionary-learning", rewarm: 0, drawBy: "squared-loss" });
  expect(resolved).toMatchObject({ rewarm: 0, drawBy: "squared-loss", encoderRow: "input" });
  expect(resamplingSchema.parse(resolved)).toEqual(resolved);
});

test("times given twice or not at all, windows that overlap and unknown words are no configuration", () => {
  const refused = [
    { kind: "steps", window: 5 },
    { kind: "steps", at: [10], every: 10, window: 5 },
    { kind: "steps", at: [10, 14], window: 5 },
    { kind: "steps", every: 4, window: 5 },
    { kind: "shares", at: [1.2], window: 0.1 },
    { kind: "steps", every: 10, window: 5, variant: "anthropic" },
    { kind: "steps", every: 10, window: 5, centered: true },
    { kind: "steps", every: 10, window: 5, encoderScale: 0 },
  ];
  for (const value of refused) expect(resamplingSchema.safeParse(value).success, JSON.stringify(value)).toBe(false);
});
