import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { classifyTokens, splitLogits } from "./token-classes.ts";

const V = 50;
const random = createRandomStream(11, "token classes");
const tokens = Uint16Array.from({ length: 3000 }, (_, i) => 3 + random.integer(i, V - 3));
/** Tokens from 30 on belong nearly always, 20 to 29 now and then, the rest never. */
const truth = Uint8Array.from(tokens, (token, i) =>
  Number(random.uniform(10_000 + i) < (token >= 30 ? 0.9 : token >= 20 ? 0.2 : 0)),
);

test("a token belongs to a proxy where more than half of its occurrences do", () => {
  const { occurring, belongs } = classifyTokens(tokens, truth, V);
  expect([...occurring]).toEqual([...new Set(tokens)].sort((a, b) => a - b));
  for (let token = 0; token < V; token++) {
    const places = [...tokens.keys()].filter((i) => tokens[i] === token);
    const share = places.filter((i) => truth[i] === 1).length / places.length;
    expect(belongs[token], `token ${token}`).toBe(Number(share > 0.5));
  }
  expect(classifyTokens([0, 0], Uint8Array.of(0, 1), 1).belongs).toEqual(Uint8Array.of(0));
});

test("logit weights are counted by bin from their median on, those of the proxy's tokens apart", () => {
  const classes = classifyTokens(tokens, truth, V);
  const weights = Float32Array.from({ length: V }, (_, token) => random.normal(50_000 + token) + (token >= 30 ? 2 : 0));
  weights[0] = 100; // occurs nowhere
  const split = splitLogits(weights, classes);
  const used = [...classes.occurring].map((token) => weights[token]!);
  const sorted = used.toSorted((a, b) => a - b);
  const median =
    sorted.length % 2 === 1
      ? sorted[sorted.length >> 1]!
      : (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2;
  expect(split.minimum).toBeCloseTo(sorted[0]! - median, 5);
  expect(split.maximum).toBeCloseTo(sorted.at(-1)! - median, 5);
  const width = (split.maximum - split.minimum) / 40;
  const count = (of: (token: number) => boolean) =>
    Array.from(
      { length: 40 },
      (_, bin) =>
        [...classes.occurring].filter((token) => {
          const place = (weights[token]! - median - split.minimum) / width;
          return of(token) && Math.min(39, Math.floor(place + 1e-5)) === bin;
        }).length,
    );
  expect(split.counts).toEqual(count(() => true));
  expect(split.positives).toEqual(count((token) => token >= 30));
});
