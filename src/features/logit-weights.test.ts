import { expect, test } from "vitest";
import {
  createRepetitiveText,
  createTinyDictionary,
  createTinyTransformer,
} from "../../test/support/tiny-feature-model.ts";
import "../../test/support/to-be-all-close.ts";
import { createReferenceKernels, readFloat64 } from "../kernels/reference.ts";
import type { SiteName } from "../model/sites.ts";
import { createTokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward, parameter } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import { createRandomStream } from "../numerics/random.ts";
import { directPath, measureLayerNormScale, measureLogitWeights, summariseLogits } from "./logit-weights.ts";

const kernels = createReferenceKernels("float64");
const model = createTinyTransformer(kernels);
const { dModel: D, vocabularySize: V, contextLength: T } = model.config;
const SCALE = 1.7;

/** v = d W pi L W_unembed term by term, W the site's way into the residual stream. */
function computePlainly(direction: Float64Array, way: Float64Array | null): number[] {
  const gain = readFloat64(parameter(model.parameters, "ln_f.weight"));
  const unembedding = readFloat64(parameter(model.parameters, "lm_head.weight"));
  const written = Array.from({ length: D }, (_, j) =>
    way === null ? direction[j]! : direction.reduce((sum, value, k) => sum + value * way[k * D + j]!, 0),
  );
  const mean = written.reduce((a, b) => a + b, 0) / D;
  return Array.from({ length: V }, (_, token) =>
    written.reduce((sum, value, j) => sum + (((value - mean) * gain[j]!) / SCALE) * unembedding[token * D + j]!, 0),
  );
}

test("logit weights are d W_out pi L W_unembed at every site that writes to the residual stream", async () => {
  const sites: [SiteName, string | null][] = [
    ["blocks.1.mlp.hook_post", "h.1.mlp.c_proj.weight"],
    ["blocks.0.mlp.hook_post", "h.0.mlp.c_proj.weight"],
    ["blocks.0.attn.hook_z", "h.0.attn.c_proj.weight"],
    ["blocks.0.hook_resid_pre", null],
    ["blocks.1.hook_mlp_out", null],
  ];
  for (const [site, name] of sites) {
    const way = name === null ? null : readFloat64(parameter(model.parameters, name));
    const width = way === null ? D : way.length / D;
    const { directions } = createTinyDictionary(kernels, 5, width).dictionary;
    const path = directPath(model, site);
    const got = await measureLogitWeights(model, path!, directions, SCALE);
    const rows = readFloat64(directions);
    const wanted = Array.from({ length: 5 }, (_, i) => computePlainly(rows.subarray(i * width, (i + 1) * width), way));
    expect(got).toBeAllClose(wanted.flat(), { absolute: 1e-6, relative: 1e-6 });
  }
});

test("sites that only feed an MLP have no direct path", () => {
  expect(directPath(model, "blocks.0.mlp.hook_pre")).toBeNull();
  expect(directPath(model, "blocks.1.hook_mlp_in")).toBeNull();
});

test("the scale is the mean over tokens of sqrt(variance + epsilon) of the final residual stream", async () => {
  const stream = createRepetitiveText(20, T, V);
  const contexts = Int32Array.of(1, 4, 5, 9, 13, 17, 19);
  const batch = createTokenBatch(kernels, contexts.length, T);
  writeTokenBatch(kernels, batch, stream, [...contexts]);
  const workspace = createWorkspace(model, contexts.length);
  const residual = readFloat64(forward(model, workspace, batch.tokens, { stopAfter: "blocks.1.hook_resid_post" }));
  const deviations = Array.from({ length: contexts.length * T }, (_, row) => {
    const values = residual.subarray(row * D, (row + 1) * D);
    const mean = values.reduce((a, b) => a + b, 0) / D;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / D;
    return Math.sqrt(variance + model.config.layerNormEpsilon);
  });
  const wanted = deviations.reduce((a, b) => a + b, 0) / deviations.length;
  expect(await measureLayerNormScale(model, stream, contexts, 3)).toBeCloseTo(wanted, 6);
});

test("weights are shifted to a median of 0 over the tokens in use and summed up over those alone", () => {
  const random = createRandomStream(8, "weights");
  for (const count of [1, 2, 7, 40, 700, 1501]) {
    const weights = Float32Array.from({ length: 2 * count }, (_, i) => 3 + random.normal(i));
    const inUse = Int32Array.from({ length: count }, (_, i) => 2 * i);
    const used = [...inUse].map((token) => ({ token, weight: weights[token]! }));
    const sorted = used.sort((a, b) => b.weight - a.weight || a.token - b.token);
    const median = (sorted[count >> 1]!.weight + sorted[(count - 1) >> 1]!.weight) / 2;
    const got = summariseLogits(weights, inUse);
    const shift = (list: typeof sorted) =>
      list.map(({ token, weight }) => ({ token, weight: Math.fround(weight - median) }));
    expect(got.positive).toEqual(shift(sorted.slice(0, 10)));
    expect(got.negative).toEqual(shift(sorted.slice(-10).reverse()));
    expect(got.minimum).toBe(got.negative[0]!.weight);
    expect(got.maximum).toBe(got.positive[0]!.weight);
    const width = (got.maximum - got.minimum) / 40;
    const histogram = Array.from(
      { length: 40 },
      (_, bin) =>
        shift(sorted).filter(({ weight }) => {
          const place = width > 0 ? Math.floor((weight - got.minimum) / width) : 0;
          return Math.min(39, place) === bin;
        }).length,
    );
    expect(got.histogram.reduce((a, b) => a + b)).toBe(count);
    expect(got.histogram).toBeAllClose(histogram, { absolute: 1 });
  }
});

test("of equal logit weights the lower ids are listed", () => {
  const { positive, negative } = summariseLogits(
    new Float32Array(30),
    Int32Array.from({ length: 30 }, (_, i) => i),
  );
  expect(positive.map(({ token }) => token)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(negative.map(({ token }) => token)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
