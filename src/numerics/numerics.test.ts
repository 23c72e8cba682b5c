import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";
import { createPermutation } from "./permutation.ts";
import { createRandomStream } from "./random.ts";
import { linearDecay, linearWarmup, warmupCosine } from "./schedules.ts";

test("uniform numbers have the mean, variance and lag correlation of a uniform distribution", () => {
  const stream = createRandomStream(7, "test");
  const count = 100_000;
  let sum = 0;
  let squares = 0;
  let lagged = 0;
  for (let i = 0; i < count; i++) {
    const value = stream.uniform(i) - 0.5;
    sum += value;
    squares += value * value;
    lagged += value * (stream.uniform(i + 1) - 0.5);
  }
  expect(Math.abs(sum / count)).toBeLessThan(0.004);
  expect(squares / count).toBeCloseTo(1 / 12, 2);
  expect(Math.abs(lagged / count)).toBeLessThan(0.002);
});

test("normal numbers have mean 0, variance 1 and kurtosis 3", () => {
  const stream = createRandomStream(3, "normal");
  const count = 100_000;
  let sum = 0;
  let squares = 0;
  let fourth = 0;
  for (let i = 0; i < count; i++) {
    const value = stream.normal(i);
    sum += value;
    squares += value ** 2;
    fourth += value ** 4;
  }
  expect(Math.abs(sum / count)).toBeLessThan(0.02);
  expect(squares / count).toBeCloseTo(1, 1);
  expect(fourth / count).toBeGreaterThan(2.85);
  expect(fourth / count).toBeLessThan(3.15);
});

test("a stream is a function of seed, path and index alone, and every part of them matters", () => {
  const base = createRandomStream(1, "a", 2).bits(5);
  expect(createRandomStream(1, "a", 2).bits(5)).toBe(base);
  const others = [createRandomStream(2, "a", 2), createRandomStream(1, "b", 2), createRandomStream(1, "a", "2")];
  for (const other of others) expect(other.bits(5)).not.toBe(base);
  expect(createRandomStream(1, "a", 2).bits(5 + 2 ** 32)).not.toBe(base);
});

test("a permutation visits every index exactly once, for sizes around powers of two", () => {
  for (const size of [1, 2, 3, 7, 33, 64, 65, 1000, 4096]) {
    const permute = createPermutation(size, 11, "epoch", 0);
    const seen = new Set(Array.from({ length: size }, (_, index) => permute(index)));
    expect(seen.size).toBe(size);
    expect(Math.max(...seen)).toBe(size - 1);
  }
});

test("a permutation leaves few points where they were and differs between epochs", () => {
  const size = 1000;
  const first = createPermutation(size, 11, "epoch", 0);
  const second = createPermutation(size, 11, "epoch", 1);
  const fixed = Array.from({ length: size }, (_, i) => Number(first(i) === i)).reduce((a, b) => a + b);
  const same = Array.from({ length: size }, (_, i) => Number(first(i) === second(i))).reduce((a, b) => a + b);
  expect(fixed).toBeLessThan(10);
  expect(same).toBeLessThan(10);
});

test("the cosine schedule rises to its peak, then falls to its floor", () => {
  expect(warmupCosine(0, 100, 10, 1, 0.1)).toBeCloseTo(0.1);
  expect(warmupCosine(9, 100, 10, 1, 0.1)).toBeCloseTo(1);
  expect(warmupCosine(55, 100, 10, 1, 0.1)).toBeCloseTo(0.55);
  expect(warmupCosine(100, 100, 10, 1, 0.1)).toBeCloseTo(0.1);
});

test("warm-up and decay are shares of the run", () => {
  expect(linearWarmup(4, 100, 0.1)).toBeCloseTo(0.5);
  expect(linearWarmup(50, 100, 0.1)).toBe(1);
  expect(linearDecay(79, 100, 0.2)).toBe(1);
  expect(linearDecay(90, 100, 0.2)).toBeCloseTo(0.5);
});

test("a slip of the keyboard finds the name that was meant, a strange word finds none", () => {
  const known = ["learningRate", "batch", "l1", "activations"];
  expect(nearestName("lerningRate", known)).toBe("learningRate");
  expect(nearestName("BATCH", known)).toBe("batch");
  expect(nearestName("zebra", known)).toBeUndefined();
});
