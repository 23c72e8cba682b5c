import { expect, test } from "vitest";
import {
  createRepetitiveText,
  createTinyDictionary,
  createTinyTransformer,
} from "../../test/support/tiny-feature-model.ts";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { directPath, measureLogitWeights } from "../features/logit-weights.ts";
import { createCodeScan } from "../features/scan-codes.ts";
import { createReferenceKernels, readFloat64 } from "../kernels/reference.ts";
import { createTokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import { excessKurtosis } from "../numerics/excess-kurtosis.ts";
import { createRandomStream } from "../numerics/random.ts";
import { measureNeuronBasis, type NeuronBasis } from "./neuron-basis.ts";
import { BIG_FIRING, measureTopTokens, type TopTokens } from "./top-tokens.ts";

const kernels = createReferenceKernels("float64");
const model = createTinyTransformer(kernels);
const { contextLength: T, vocabularySize: V, dMlp, dModel } = model.config;
const site = "blocks.1.mlp.hook_post";
const CONTEXTS = 40;
const stream = createRepetitiveText(CONTEXTS, T, V);
const contexts = Int32Array.from({ length: CONTEXTS }, (_, i) => i);
const tokenCounts = new Float64Array(V);
for (const token of stream.tokens) tokenCounts[token]!++;
const { dictionary, weights } = createTinyDictionary(kernels, 24, dMlp);

async function finish<T>(work: AsyncGenerator<number, T>): Promise<T> {
  for (let last = 0; ; ) {
    const next = await work.next();
    if (next.done) return next.value;
    expect(next.value).toBeGreaterThanOrEqual(last);
    expect(next.value).toBeLessThanOrEqual(1);
    last = next.value;
  }
}

async function countTokens(of: Dictionary, held?: number): Promise<TopTokens> {
  const scan = createCodeScan({ model, dictionary: of, site, stream, contexts, batch: 7, memory: 2000 });
  const tokenAt = (batch: { firstContext: number }, row: number) => stream.tokens[batch.firstContext * T + row]!;
  return finish(measureTopTokens(scan, of.features, tokenAt, held));
}

async function measure(of: Dictionary, firing: TopTokens): Promise<NeuronBasis> {
  return finish(measureNeuronBasis({ model, dictionary: of, site, tokenCounts, firing, seed: 1 }));
}

/** Each feature's activation on every token, from the definition of the autoencoder. */
function encodePlainly(): number[][] {
  const batch = createTokenBatch(kernels, CONTEXTS, T);
  writeTokenBatch(kernels, batch, stream, [...contexts]);
  const x = readFloat64(forward(model, createWorkspace(model, CONTEXTS), batch.tokens, { stopAfter: site }));
  const [E, e, b] = [weights.encoder, weights.encoderBias, weights.decoderBias].map((tensor) => readFloat64(tensor));
  return Array.from({ length: dictionary.features }, (_, i) =>
    Array.from({ length: CONTEXTS * T }, (__, token) => {
      let sum = e![i]!;
      for (let k = 0; k < dMlp; k++) sum += E![i * dMlp + k]! * (x[token * dMlp + k]! - b![k]!);
      return Math.max(0, sum);
    }),
  );
}

test("each feature's top token is the one that most of its large firings are on, by counting them all", async () => {
  const found = await countTokens(dictionary);
  expect(found.tokens).toBe(CONTEXTS * T);
  for (const [feature, values] of encodePlainly().entries()) {
    const largest = Math.max(...values);
    const counts = new Map<number, number>();
    for (const [token, value] of values.entries())
      if (value > BIG_FIRING * largest) counts.set(stream.tokens[token]!, (counts.get(stream.tokens[token]!) ?? 0) + 1);
    const most = Math.max(0, ...counts.values());
    const top = [...counts].filter(([, count]) => count === most).map(([token]) => token);
    expect(found.firings[feature]).toBe(values.filter((value) => value > 0).length);
    expect(found.maxima[feature]).toBeCloseTo(largest, 5);
    expect(found.bigFirings[feature]).toBe([...counts.values()].reduce((a, b) => a + b, 0));
    expect(found.onTopToken[feature]).toBe(most);
    expect(found.topToken[feature]).toBe(top.length > 0 ? Math.min(...top) : -1);
  }
});

test("in blocks of features that fit in memory the same is found", async () => {
  const whole = await countTokens(dictionary);
  for (const held of [1, 900]) expect(await countTokens(dictionary, held)).toEqual(whole);
});

test("rows along one neuron, along ten and Gaussian ones are told apart, in one neuron's row and at random", async () => {
  const width = dMlp;
  const { normal } = createRandomStream(7, "rows");
  const rows = Float32Array.from({ length: 24 * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    if (row < 8) return column === row ? -1 : 0;
    return normal(i);
  });
  const directions = kernels.upload(rows, [24, width]);
  const firing = await countTokens(dictionary);
  const basis = await measure({ ...dictionary, directions }, firing);
  expect(basis.features.topNeuron.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(basis.features.topShare.slice(0, 8)).toEqual(new Array(8).fill(1));
  expect(basis.all.kinds["1-sparse"]).toBeGreaterThanOrEqual(8);
  expect(basis.all.directions).toBe(24);
  // A single entry of 12: n - 2 + 1 / (n - 1) over itself, in closed form.
  const p = 1 / width;
  expect(basis.features.kurtosis[0]).toBeCloseTo((1 - 3 * p + 3 * p * p) / (p * (1 - p)) - 3, 5);
  const never = firing.firings.filter((count) => count === 0).length;
  expect(never).toBeGreaterThan(0);
  expect(basis.live.directions).toBe(24 - never);
});

test("Gaussian rows have no kurtosis, and their share in the null space is what the ranks say", async () => {
  const { features, ...basis } = await measure(dictionary, await countTokens(dictionary));
  expect(basis.outputRank).toBe(dModel);
  expect(basis.expectedNullShare).toBeCloseTo(1 - dModel / dMlp, 12);
  expect(basis.baseline.directions).toBe(24);
  const wide = 512;
  const { normal } = createRandomStream(9, "wide");
  const kurtoses = Array.from({ length: 50 }, (_, row) =>
    excessKurtosis(Float64Array.from({ length: wide }, (__, i) => normal(row * wide + i))),
  );
  // Within three standard errors of 0: sqrt(24 / 512 / 50) each.
  expect(Math.abs(kurtoses.reduce((a, b) => a + b) / 50)).toBeLessThan(0.1);
  const mean = basis.baselineColumns.nullShare.reduce((a, b) => a + b) / 24;
  expect(Math.abs(mean - (1 - dModel / dMlp))).toBeLessThan(0.1);
  expect(features.nullShare).toHaveLength(24);
});

test("the kurtosis of logit weights is that of the tokens in use alone", async () => {
  const basis = await measure(dictionary, await countTokens(dictionary));
  const flat = await measureLogitWeights(model, directPath(model, site)!, dictionary.directions, 1);
  const used = Array.from(tokenCounts.keys()).filter((token) => tokenCounts[token]! > 0);
  expect(used.length).toBeLessThan(V);
  for (let feature = 0; feature < dictionary.features; feature++) {
    const values = used.map((token) => flat[feature * V + token]!);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const moment = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
    expect(basis.features.logitKurtosis[feature]).toBeCloseTo(moment(4) / moment(2) ** 2 - 3, 4);
  }
});
