import { expect, test } from "vitest";
import { resamplingSchema } from "./resampling-config.ts";
import { createResamplingSchedule } from "./resampling-schedule.ts";

const schedule = (resampling: object, steps: number) =>
  createResamplingSchedule(resamplingSchema.parse(resampling), steps);
const upTo = (steps: number) => Array.from({ length: steps + 1 }, (_, step) => step);

test("step 1: the paper's windows are the half intervals before steps 25,000 to 100,000, in steps and in shares alike", () => {
  const inSteps = { kind: "steps", at: [25_000, 50_000, 75_000, 100_000], window: 12_500 };
  const inShares = { kind: "shares", at: [0.025, 0.05, 0.075, 0.1], window: 0.0125 };
  for (const resampling of [inSteps, inShares]) {
    const { opensAt, resamplesAt } = schedule(resampling, 1_000_000);
    expect(upTo(1_000_000).filter(opensAt)).toEqual([12_500, 37_500, 62_500, 87_500]);
    expect(upTo(1_000_000).filter(resamplesAt)).toEqual([25_000, 50_000, 75_000, 100_000]);
  }
});

test("a schedule that repeats goes on to the end of the run, in steps and in shares alike", () => {
  const neel = { kind: "steps", variant: "neel", every: 30, window: 5 };
  const shares = { kind: "shares", variant: "neel", every: 0.3, window: 0.05 };
  for (const resampling of [neel, shares]) {
    const { opensAt, resamplesAt } = schedule(resampling, 100);
    expect(upTo(100).filter(opensAt)).toEqual([25, 55, 85]);
    expect(upTo(100).filter(resamplesAt)).toEqual([30, 60, 90]);
  }
});

test("rounding never lets a window open before the resampling that precedes it, nor closes it before a step", () => {
  const tight = schedule({ kind: "shares", every: 0.1, window: 0.1 }, 25);
  expect(upTo(25).filter(tight.resamplesAt)).toEqual([3, 5, 8, 10, 13, 15, 18, 20, 23, 25]);
  expect(upTo(25).filter(tight.opensAt)).toEqual([0, 3, 5, 8, 10, 13, 15, 18, 20, 23]);
  const short = schedule({ kind: "shares", at: [0.001, 0.5], window: 0.0001 }, 10);
  expect(upTo(10).filter(short.resamplesAt)).toEqual([1, 5]);
  expect(upTo(10).filter(short.opensAt)).toEqual([0, 4]);
});

test("the last resampling is known at every step, so that the learning rate can rise again from there", () => {
  const { lastResampleBefore, rewarm } = schedule({ kind: "steps", at: [4, 8], window: 2, rewarm: 3 }, 10);
  expect(upTo(10).map(lastResampleBefore)).toEqual([...Array(4).fill(undefined), 4, 4, 4, 4, 8, 8, 8]);
  expect(rewarm).toBe(3);
  expect(schedule({ kind: "shares", at: [0.5], window: 0.1, rewarm: 0.02 }, 1000).rewarm).toBe(20);
});

test("without resampling nothing opens and nothing is resampled", () => {
  const { opensAt, resamplesAt, lastResampleBefore, rewarm } = schedule({ kind: "none" }, 100);
  expect(upTo(100).filter((step) => opensAt(step) || resamplesAt(step) || lastResampleBefore(step))).toEqual([]);
  expect(rewarm).toBe(0);
});
