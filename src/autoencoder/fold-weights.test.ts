import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { autoencoderShapes, mapWeights } from "./autoencoder.ts";
import { type DictionaryConfig, dictionaryConfigSchema } from "./config.ts";
import type { Dictionary } from "./dictionary.ts";
import { createStateDictionary, createTrainingDictionary, foldWeights } from "./fold-weights.ts";
import { createSparseEncoder } from "./sparse-encoder.ts";
import { createDictionary } from "./top-k-dictionary.ts";
import { createTrainingState, snapshotTrainingState } from "./training-state.ts";

const kernels = createReferenceKernels();
const [rows, features, width] = [7, 12, 5];
const CLOSE = { absolute: 3e-6, relative: 3e-6 };
const random = createRandomStream(3, "fold");
const draw = (shape: readonly number[], first: number) =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => random.normal(first + i));
const x = draw([rows, width], 5000);

async function createCase(changes: Partial<DictionaryConfig>, scale: number, unit: boolean) {
  const config = dictionaryConfigSchema.parse({ features, ...changes });
  const weights = mapWeights(autoencoderShapes(features, width), (shape, name) =>
    kernels.upload(draw(shape, 1000 * name.length), shape),
  );
  if (unit) kernels.normaliseRows(weights.decoder, weights.decoder);
  const state = createTrainingState(kernels, weights, scale);
  state.threshold = 0.8;
  const folded = foldWeights(await snapshotTrainingState(kernels, state), config);
  const uploaded = mapWeights(folded.weights, ({ data, shape }) => kernels.upload(data, shape));
  const stored = createDictionary(kernels, uploaded, folded.selection);
  const trained = createTrainingDictionary(kernels, state, config);
  return { config, state, folded, stored, trained };
}

async function apply(dictionary: Dictionary, input: Float32Array) {
  const encoder = createSparseEncoder(kernels, dictionary);
  const { codes } = await encoder.encode(kernels.upload(input, [rows, width]));
  const out = kernels.create([rows, width]);
  const identity = kernels.upload(
    Float32Array.from({ length: features ** 2 }, (_, i) => (i % (features + 1) ? 0 : 1)),
    [features, features],
  );
  const f = kernels.create([rows, features]);
  dictionary.decode(out, codes);
  kernels.sparseDecode(f, codes, codes.values, identity, null);
  return { reconstruction: await kernels.read(out), f: await kernels.read(f) };
}

const norms = async (matrix: Tensor) => {
  const values = await kernels.read(matrix);
  return Array.from({ length: features }, (_, i) => Math.hypot(...values.subarray(i * width, (i + 1) * width)));
};

test.each([
  ["a free decoder of scaled activations without pre-encoder bias", { preEncoderBias: false }, 1.7, false],
  ["a free decoder of scaled activations", {}, 0.4, false],
  ["a unit decoder of scaled activations", {}, 2.5, true],
  ["topk of scaled activations", { kind: "topk", k: 3, l1: 0 }, 1.7, true],
  ["batch-topk of scaled activations", { kind: "batch-topk", k: 3, l1: 0 }, 0.4, true],
] as const)("folding keeps reconstructions and makes codes proportional: %s", async (_, changes, scale, unit) => {
  const { folded, stored, trained, state, config } = await createCase(changes, scale, unit);
  const before = await apply(
    trained,
    x.map((value) => value * scale),
  );
  const after = await apply(stored, x);
  expect(before.f.some((value) => value > 0)).toBe(true);
  expect(after.reconstruction, "reconstruction").toBeAllClose(
    before.reconstruction.map((value) => value / scale),
    CLOSE,
  );
  const lengths = await norms(state.weights.decoder);
  expect(after.f, "codes").toBeAllClose(
    before.f.map((value, i) => (value * lengths[i % features]!) / scale),
    CLOSE,
  );
  for (const norm of await norms(stored.directions)) expect(norm).toBeCloseTo(1, 5);
  expect(folded.weights.encoder.shape).toEqual([features, width]);
  const current = await apply(createStateDictionary(kernels, state, config), x);
  expect(current.reconstruction, "as it is").toBeAllClose(after.reconstruction, CLOSE);
});

test("what is already as it should be is kept to the bit", async () => {
  const { folded, state } = await createCase({}, 1, true);
  for (const [name, { data }] of Object.entries(folded.weights))
    expect(data, name).toEqual(await kernels.read(state.weights[name as keyof typeof state.weights]));
});

test("a decoder row of zeros stays one, and its feature never fires", async () => {
  const { state, config } = await createCase({}, 1, false);
  const decoder = await kernels.read(state.weights.decoder);
  kernels.write(state.weights.decoder, decoder.fill(0, 0, width));
  const { weights } = foldWeights(await snapshotTrainingState(kernels, state), config);
  expect(weights.decoder.data.subarray(0, width)).toEqual(new Float32Array(width));
  expect([...weights.encoder.data.subarray(0, width), weights.encoderBias.data[0]].every((value) => value === 0)).toBe(
    true,
  );
});
