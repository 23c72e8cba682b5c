import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import { createReferenceKernels, readFloat64, uploadFloat64 } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { autoencoderShapes, autoencoderWeightNames, mapWeights, type PerWeight } from "./autoencoder.ts";
import { type DictionaryConfig, dictionaryConfigSchema } from "./config.ts";
import { createTrainingState } from "./training-state.ts";
import { createTrainingStep } from "./training-step.ts";

const kernels = createReferenceKernels("float64");
const [rows, features, width] = [6, 9, 4];
const l1 = 0.7;
const STEP = 1e-5;
const TOLERANCE = { absolute: 2e-7, relative: 2e-6 };
const shapes = autoencoderShapes(features, width);

type Arrays = PerWeight<Float64Array>;

function draw(name: string, count: number, scale: number, shift = 0): Float64Array {
  const stream = createRandomStream(11, "step gradients", name);
  return Float64Array.from({ length: count }, (_, i) => shift + scale * stream.normal(i));
}

const x = draw("x", rows * width, 1, 0.4);
const rowOf = (matrix: Float64Array, row: number) => matrix.subarray(row * width, (row + 1) * width);
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function drawWeights({ decoder, decoderNorm }: DictionaryConfig): Arrays {
  const matrix = draw("decoder", features * width, 0.8);
  if (decoderNorm === "unit-after-step")
    for (let i = 0; i < features; i++) {
      const row = rowOf(matrix, i);
      row.set(row.map((value) => value / Math.sqrt(dot(row, row))));
    }
  return {
    encoder: decoder === "tied" ? matrix : draw("encoder", features * width, 0.8),
    encoderBias: draw("encoderBias", features, 0.3),
    decoder: matrix,
    decoderBias: draw("decoderBias", width, 0.3, 0.2),
  };
}

/** All features of a row before any are selected. */
function preActivate({ encoder, encoderBias, decoderBias }: Arrays, row: number, config: DictionaryConfig) {
  const input = rowOf(x, row).map((value, j) => value - (config.preEncoderBias ? decoderBias[j]! : 0));
  return Array.from(encoderBias, (bias, i) => Math.max(0, dot(rowOf(encoder, i), input) + bias));
}

/** Which entries of f [rows][features] count: all, the k largest of a row, or the k x rows largest of all. */
function selectFeatures(f: number[][], { kind, k }: DictionaryConfig): number[][] {
  const largest = (values: number[], count: number) => values.toSorted((a, b) => b - a)[count - 1] ?? 0;
  const bound = kind === "batch-topk" ? largest(f.flat(), k * rows) : 0;
  return f.map((row) => row.map((value) => (value >= (kind === "topk" ? largest(row, k) : bound) ? value : 0)));
}

/** The recipe's loss by its definition, with plain loops. */
function lossOf(weights: Arrays, config: DictionaryConfig): number {
  const all = Array.from({ length: rows }, (_, row) => preActivate(weights, row, config));
  const codes = selectFeatures(all, config);
  const norms = Array.from({ length: features }, (_, i) =>
    Math.sqrt(dot(rowOf(weights.decoder, i), rowOf(weights.decoder, i))),
  );
  let [reconstruction, penalty] = [0, 0];
  for (const [row, f] of codes.entries()) {
    const output = weights.decoderBias.map((bias, j) =>
      f.reduce((sum, value, i) => sum + value * rowOf(weights.decoder, i)[j]!, bias),
    );
    const squares = output.reduce((sum, value, j) => sum + (value - rowOf(x, row)[j]!) ** 2, 0);
    reconstruction += config.reconstructionReduction === "mean" ? squares / width : squares;
    penalty += f.reduce((sum, value, i) => sum + value * (config.l1Weighting === "none" ? 1 : norms[i]!), 0);
  }
  return reconstruction / rows + config.l1 * (config.l1Reduction === "mean" ? penalty / rows : penalty);
}

/** (L(w + h) - L(w - h)) / 2h for every weight, then projection and clipping as the configuration asks for them. */
function differentiatePlainly(weights: Arrays, config: DictionaryConfig): Arrays {
  const tied = config.decoder === "tied";
  const move = (name: keyof Arrays, index: number, by: number): Arrays => {
    const changed = weights[name].with(index, weights[name][index]! + by);
    return tied && name === "decoder"
      ? { ...weights, encoder: changed, decoder: changed }
      : { ...weights, [name]: changed };
  };
  const gradients = mapWeights(weights, (values, name) =>
    values.map((_, i) => (lossOf(move(name, i, STEP), config) - lossOf(move(name, i, -STEP), config)) / (2 * STEP)),
  );
  for (let i = 0; i < features && config.gradientProjection; i++) {
    const [gradient, row] = [rowOf(gradients.decoder, i), rowOf(weights.decoder, i)];
    gradient.set(gradient.map((value, j) => value - (dot(gradient, row) * row[j]!) / dot(row, row)));
  }
  const counted = autoencoderWeightNames.filter((name) => !(tied && name === "encoder"));
  const norm = Math.sqrt(counted.reduce((sum, name) => sum + dot(gradients[name], gradients[name]), 0));
  const factor = config.gradientClip > 0 ? Math.min(1, config.gradientClip / norm) : 1;
  return mapWeights(gradients, (gradient, name) =>
    (tied && name === "encoder" ? gradients.decoder : gradient).map((value) => value * factor),
  );
}

async function takeStep(config: DictionaryConfig, denseAbove: number) {
  const arrays = drawWeights(config);
  const uploaded = mapWeights(arrays, (values, name) => uploadFloat64(values, shapes[name]));
  const weights = config.decoder === "tied" ? { ...uploaded, decoder: uploaded.encoder } : uploaded;
  const state = createTrainingState(kernels, weights);
  state.dense = denseAbove === 0;
  const step = createTrainingStep(kernels, config, state, denseAbove);
  const measured = await step.take(uploadFloat64(x, [rows, width]), { l1: config.l1, learningRate: 1e-3 });
  return { arrays, state, measured };
}

const free = { decoderNorm: "free", gradientProjection: false } as const;
const tied = { decoder: "tied", encoderScale: 1 } as const;
const cases: readonly (readonly [string, Partial<DictionaryConfig>])[] = [
  ["the default", {}],
  ["a mean over the width", { reconstructionReduction: "mean" }],
  ["a penalty summed over the batch", { l1Reduction: "sum" }],
  ["a penalty weighted by decoder norms", { ...free, l1Weighting: "decoder-norm" }],
  [
    "the same, summed, beside a mean",
    { ...free, l1Weighting: "decoder-norm", l1Reduction: "sum", reconstructionReduction: "mean" },
  ],
  ["no projection", { gradientProjection: false }],
  ["rows put to norm 1 before the step", { decoderNorm: "unit-before-step" }],
  ["no pre-encoder bias", { preEncoderBias: false }],
  ["clipping", { gradientClip: 0.5 }],
  [
    "clipping of a free decoder under a weighted penalty",
    { ...free, l1Weighting: "decoder-norm", gradientClip: 0.3, preEncoderBias: false },
  ],
  ["a tied decoder", { ...tied }],
  ["a tied decoder, clipped, without pre-encoder bias", { ...tied, gradientClip: 0.5, preEncoderBias: false }],
  ["a free tied decoder under a weighted penalty", { ...tied, ...free, l1Weighting: "decoder-norm" }],
];
const paths = [
  ["sparse", features],
  ["dense", 0],
] as const;

async function expectGradients(changes: Partial<DictionaryConfig>, path: string, denseAbove: number): Promise<void> {
  const config = dictionaryConfigSchema.parse({ features, batch: rows, activations: rows, l1, beta1: 0, ...changes });
  const { arrays, state, measured } = await takeStep(config, denseAbove);
  expect(measured.dense).toBe(path === "dense");
  expect(measured.loss).toBeCloseTo(lossOf(arrays, config), 5);
  const wanted = differentiatePlainly(arrays, config);
  for (const name of autoencoderWeightNames)
    expect(readFloat64(state.moment1[name]), `gradient of ${name}`).toBeAllClose(wanted[name], TOLERANCE);
}

for (const [path, denseAbove] of paths)
  test.each(cases)(`the ${path} path's gradients are finite differences of the loss: %s`, async (_, changes) => {
    await expectGradients(changes, path, denseAbove);
  });

test.each([
  ["topk", { kind: "topk", k: 2 }],
  ["topk with more than are positive", { kind: "topk", k: 8 }],
  ["batch-topk", { kind: "batch-topk", k: 2 }],
  ["batch-topk of a tied decoder", { kind: "batch-topk", k: 3, ...tied }],
] as const)("selected features alone have gradients, those of the loss: %s", async (_, changes) => {
  await expectGradients({ ...changes, l1: 0 }, "sparse", 0);
});
