import { expect, test } from "vitest";
import { createCandidateCollector, type FeaturesByCentre, histogramBin, intervalOf } from "./collect-candidates.ts";
import type { CodeBatch } from "./scan-codes.ts";
import type { SearchedText } from "./searched-text.ts";

const TOKENS = 400;

const text: SearchedText = {
  stream: { tokens: new Uint16Array(TOKENS + 1), documentStarts: Uint32Array.of(0), documentLabels: [{}] },
  contexts: Int32Array.from({ length: TOKENS }, (_, i) => i),
  contextLength: 1,
  window: 0,
};

/** The feature has the only token id as a centre. */
const centres: FeaturesByCentre = { starts: Uint32Array.of(0, 1), features: Uint32Array.of(0) };

/** One feature, active with 0.6 on every token but each fifth, on which it is silent; one token a context. */
const codes: CodeBatch = {
  firstContext: 0,
  contexts: TOKENS,
  rowStarts: Uint32Array.from({ length: TOKENS + 1 }, (_, row) => row - Math.ceil(row / 5)),
  features: new Uint16Array(TOKENS),
  values: new Float32Array(TOKENS).fill(0.6),
};

test("examples of an interval, silent tokens and near misses are drawn uniformly over the whole text", () => {
  const seeds = 400;
  const drawn = { interval: new Float64Array(10), silent: new Float64Array(10), missed: new Float64Array(10) };
  for (let seed = 0; seed < seeds; seed++) {
    const collector = createCandidateCollector(text, Float32Array.of(1), centres, seed);
    collector.add(codes);
    for (const token of collector.interval(0, 6)) drawn.interval[Math.floor((10 * token) / TOKENS)]!++;
    for (const token of collector.silent(0).subarray(0, 20)) drawn.silent[Math.floor((10 * token) / TOKENS)]!++;
    expect([...collector.interval(0, 6)].every((token) => token % 5 !== 0)).toBe(true);
    expect([...collector.silent(0)].every((token) => token % 5 === 0)).toBe(true);
    for (const token of collector.nearMisses(0)) drawn.missed[Math.floor((10 * token) / TOKENS)]!++;
    expect([...collector.nearMisses(0)].every((token) => token % 5 === 0)).toBe(true);
    expect(collector.interval(0, 5).length).toBe(0);
  }
  const sizes = [8, 20, 16];
  for (const [i, counts] of [drawn.interval, drawn.silent, drawn.missed].entries()) {
    const total = counts.reduce((a, b) => a + b);
    expect(total).toBe(seeds * sizes[i]!);
    const expected = total / 10;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(27.9);
  }
});

test("bins hold their upper edge, intervals their lower one, and the maximum is in the last of both", () => {
  expect([1e-30, 1 / 40, 1.0001 / 40, 0.5, 1].map(histogramBin)).toEqual([0, 0, 1, 19, 39]);
  expect([1e-30, 0.999 / 11, 1.001 / 11, 0.5, 1].map(intervalOf)).toEqual([0, 0, 1, 5, 10]);
});
