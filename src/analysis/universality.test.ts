import { expect, test } from "vitest";
import { encodePlainly } from "../../test/support/plain-codes.ts";
import {
  createRepetitiveText,
  createTinyDictionary,
  createTinyTransformer,
} from "../../test/support/tiny-feature-model.ts";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { directPath, measureLogitWeights, takeMedian } from "../features/logit-weights.ts";
import { createCodeScan } from "../features/scan-codes.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import type { Transformer } from "../model/transformer.ts";
import { matchActivations } from "./match-activations.ts";
import { type SideMatches, summariseMatches } from "./match-summary.ts";
import { measureUniversality, type Universality } from "./universality.ts";

const kernels = createReferenceKernels("float64");
const models = [createTinyTransformer(kernels), createTinyTransformer(kernels, 5)] as const;
const { contextLength: T, vocabularySize: V, dMlp } = models[0].config;
const site = "blocks.1.mlp.hook_post";
const CONTEXTS = 40;
const stream = createRepetitiveText(CONTEXTS, T, V);
const contexts = Int32Array.from({ length: CONTEXTS }, (_, i) => i);
const tokenCounts = new Float64Array(V);
for (const token of stream.tokens) tokenCounts[token]!++;
const inUse = Array.from(tokenCounts.keys()).filter((token) => tokenCounts[token]! > 0);
const made = [createTinyDictionary(kernels, 24, dMlp), createTinyDictionary(kernels, 17, dMlp)] as const;
const left = { model: models[0], dictionary: made[0].dictionary, site } as const;
const right = { model: models[1], dictionary: made[1].dictionary, site } as const;
const options = { left, right, stream, contexts, tokenCounts, batch: 8 };

async function finish<T>(work: AsyncGenerator<number, T>): Promise<T> {
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
  }
}

/** Each feature's logit weights over the vocabulary, their median over tokens in use 0. */
async function writePlainly(model: Transformer, dictionary: Dictionary): Promise<number[][]> {
  const flat = await measureLogitWeights(model, directPath(model, site)!, dictionary.directions, 1);
  return Array.from({ length: dictionary.features }, (_, i) => {
    const own = Array.from(flat.subarray(i * V, (i + 1) * V));
    const median = takeMedian(Float32Array.from(inUse, (token) => own[token]!));
    return own.map((weight) => weight - median);
  });
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const sum = (of: (i: number) => number) => a.reduce((total, _, i) => total + of(i), 0);
  const covariance = sum((i) => (a[i]! - meanA) * (b[i]! - meanB));
  return covariance / Math.sqrt(sum((i) => (a[i]! - meanA) ** 2) * sum((i) => (b[i]! - meanB) ** 2));
}

async function compareWithDefinition(
  matches: SideMatches,
  own: { readonly f: number[][]; readonly v: number[][] },
  other: { readonly f: number[][]; readonly v: number[][] },
): Promise<void> {
  const next = Array.from({ length: CONTEXTS * T }, (_, token) => stream.tokens[token + 1]!);
  const attributions = ({ f, v }: typeof own, i: number) => f[i]!.map((value, token) => value * v[i]![next[token]!]!);
  for (const [i, f] of own.f.entries()) {
    expect(matches.firings[i]).toBe(f.filter((value) => value > 0).length);
    if (f.every((value) => value === 0)) {
      expect([matches.best[i], matches.activation[i], matches.written!.logits[i]]).toEqual([
        -1,
        Number.NaN,
        Number.NaN,
      ]);
      continue;
    }
    const all = other.f.map((g) => (g.some((value) => value > 0) ? pearson(f, g) : Number.NEGATIVE_INFINITY));
    const best = all.indexOf(Math.max(...all));
    expect(matches.best[i]).toBe(best);
    expect(matches.activation[i]).toBeCloseTo(all[best]!, 6);
    const used = (weights: number[]) => inUse.map((token) => weights[token]!);
    expect(matches.written!.logits[i]).toBeCloseTo(pearson(used(own.v[i]!), used(other.v[best]!)), 5);
    expect(matches.written!.attribution[i]).toBeCloseTo(pearson(attributions(own, i), attributions(other, best)), 5);
  }
}

test("best matches and what they write are those of the definitions, both ways", async () => {
  const sides = await Promise.all(
    models.map(async (model, index) => ({
      f: encodePlainly(model, made[index]!.weights, { site, stream, contexts }),
      v: await writePlainly(model, made[index]!.dictionary),
    })),
  );
  const found = await finish(measureUniversality(options));
  expect(found.tokens).toBe(CONTEXTS * T);
  await compareWithDefinition(found.left, sides[0]!, sides[1]!);
  await compareWithDefinition(found.right, sides[1]!, sides[0]!);
});

test("the same dictionary is found in itself, feature by feature", async () => {
  const found = await finish(measureUniversality({ ...options, right: left }));
  const alive = Array.from(found.left.firings.keys()).filter((feature) => found.left.firings[feature]! > 0);
  for (const feature of alive) {
    expect(found.left.best[feature]).toBe(feature);
    expect(found.left.activation[feature]).toBeCloseTo(1, 9);
    expect(found.left.written!.logits[feature]).toBeCloseTo(1, 9);
    expect(found.left.written!.attribution[feature]).toBeCloseTo(1, 9);
  }
  const summary = summariseMatches(found.left, found);
  expect(summary.activation).toMatchObject({ count: alive.length });
  expect(summary.attribution!.median).toBeCloseTo(1, 9);
});

test("blocks of the left side give what one block gives", async () => {
  const open = () =>
    [left, right].map(({ model, dictionary }) => ({
      features: dictionary.features,
      scan: createCodeScan({ model, dictionary, site, stream, contexts, batch: 8, memory: 1e6 }),
    }));
  const [whole, cut] = [open(), open()];
  const one = await finish(matchActivations(whole[0]!, whole[1]!));
  expect(await finish(matchActivations(cut[0]!, cut[1]!, 5 * 17))).toEqual(one);
});

test("a site without a direct path to the logits is compared by activation alone", async () => {
  const early = { ...left, site: "blocks.1.mlp.hook_pre" } as const;
  const found: Universality = await finish(measureUniversality({ ...options, left: early }));
  expect(found.left.written).toBeNull();
  expect(Math.max(...found.left.activation.filter((value) => !Number.isNaN(value)))).toBeGreaterThan(0);
  expect(summariseMatches(found.left, found)).toMatchObject({ logits: null, attribution: null });
});
