import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { UserError } from "../numerics/user-error.ts";
import { createAutoencoder } from "./autoencoder.ts";
import { dictionaryConfigSchema } from "./config.ts";
import { createInitialState, initialiseAutoencoder } from "./initialise.ts";
import { createNeuronDictionary } from "./neuron-dictionary.ts";
import { createSparseEncoder } from "./sparse-encoder.ts";

const kernels = createReferenceKernels();
const features = 96;
const width = 24;
const bias = Float32Array.from({ length: width }, (_, i) => i / 10);

test("decoder rows are unit directions spread evenly, biases are 0 and the given one", async () => {
  const options = { features, width, encoderInitialisation: "kaiming-linear", encoderScale: 1, seed: 4 } as const;
  const weights = initialiseAutoencoder(kernels, options, bias);
  const decoder = await kernels.read(weights.decoder);
  const mean = new Float64Array(width);
  for (let row = 0; row < features; row++) {
    const values = decoder.subarray(row * width, (row + 1) * width);
    expect(Math.hypot(...values)).toBeCloseTo(1, 6);
    for (const [i, value] of values.entries()) mean[i]! += value / features;
  }
  expect(Math.hypot(...mean)).toBeLessThan(0.2);
  expect(await kernels.read(weights.encoderBias)).toEqual(new Float32Array(features));
  expect(await kernels.read(weights.decoderBias)).toEqual(bias);
});

const spread = (values: Float32Array) => {
  const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return { largest, variance: values.reduce((sum, value) => sum + value * value, 0) / values.length };
};

test.each([
  ["kaiming-linear", 1 / Math.sqrt(width)],
  ["kaiming-relu", Math.sqrt(6 / width)],
  ["kaiming-relu-transposed", Math.sqrt(6 / features)],
] as const)(
  "a %s encoder is uniform within its bound, and other draws do not depend on it",
  async (encoderInitialisation, bound) => {
    const options = { features, width, encoderInitialisation, encoderScale: 1, seed: 4 } as const;
    const weights = initialiseAutoencoder(kernels, options, bias);
    const { largest, variance } = spread(await kernels.read(weights.encoder));
    expect(largest).toBeLessThanOrEqual(Math.fround(bound));
    expect(largest).toBeGreaterThan(0.98 * bound);
    expect((3 * variance) / bound ** 2).toBeCloseTo(1, 1);
    const tied = initialiseAutoencoder(kernels, { ...options, encoderInitialisation: "tied" }, bias);
    expect(await kernels.read(weights.decoder)).toEqual(await kernels.read(tied.decoder));
  },
);

test("decoder rows have the norm asked for, drawn as directions or as uniform entries", async () => {
  for (const decoderInitialisation of ["directions", "kaiming-linear"] as const) {
    const options = { features, width, encoderInitialisation: "tied", encoderScale: 1, seed: 4 } as const;
    const weights = initialiseAutoencoder(kernels, { ...options, decoderInitialisation, decoderScale: 0.1 }, bias);
    const decoder = await kernels.read(weights.decoder);
    const norms = Array.from({ length: features }, (_, row) =>
      Math.hypot(...decoder.subarray(row * width, (row + 1) * width)),
    );
    for (const norm of norms) expect(norm).toBeCloseTo(0.1, 6);
    const fourth = decoder.reduce((sum, value) => sum + value ** 4, 0) / decoder.length;
    const kurtosis = fourth / spread(decoder).variance ** 2;
    expect(kurtosis < 2.3, `kurtosis ${kurtosis}: 1.8 if uniform, 3 if normal`).toBe(
      decoderInitialisation === "kaiming-linear",
    );
    expect(await kernels.read(weights.encoder)).toEqual(decoder);
  }
});

const statistics = {
  mean: Float32Array.from({ length: width }, (_, i) => i),
  geometricMedian: Float32Array.from({ length: width }, (_, i) => -i),
  meanNorm: 7,
};

test.each([
  ["mean", statistics.mean],
  ["geometric-median", statistics.geometricMedian],
  ["zeros", new Float32Array(width)],
] as const)("the decoder bias starts at the %s", async (decoderBias, wanted) => {
  const state = createInitialState(kernels, dictionaryConfigSchema.parse({ features, decoderBias }), statistics);
  expect(await kernels.read(state.weights.decoderBias)).toEqual(wanted);
  expect(state.activationScale).toBe(1);
});

test("uniform biases are drawn within 1/sqrt(features) and 1/sqrt(width), as PyTorch's Linear draws them", async () => {
  const config = dictionaryConfigSchema.parse({ features: 900, encoderBias: "uniform", decoderBias: "uniform" });
  const wide = { ...statistics, mean: new Float32Array(700) };
  const { weights } = createInitialState(kernels, config, wide);
  for (const [tensor, bound] of [
    [weights.encoderBias, 1 / Math.sqrt(700)],
    [weights.decoderBias, 1 / Math.sqrt(900)],
  ] as const) {
    const { largest, variance } = spread(await kernels.read(tensor));
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.98 * bound);
    expect((3 * variance) / bound ** 2).toBeCloseTo(1, 1);
  }
});

test("activation scaling makes their mean norm sqrt(width), and the decoder bias is scaled with them", async () => {
  const config = dictionaryConfigSchema.parse({ features, decoderBias: "mean", activationScaling: "sqrt-width" });
  const state = createInitialState(kernels, config, statistics);
  expect(state.activationScale * statistics.meanNorm).toBeCloseTo(Math.sqrt(width), 12);
  expect(await kernels.read(state.weights.decoderBias)).toBeAllClose(
    statistics.mean.map((value) => value * state.activationScale),
    { relative: 1e-6 },
  );
});

test("a tied decoder is the encoder itself, and so are its moments", () => {
  const config = dictionaryConfigSchema.parse({ features, decoder: "tied", encoderScale: 1 });
  const { weights, moment1, moment2 } = createInitialState(kernels, config, statistics);
  for (const { encoder, decoder } of [weights, moment1, moment2]) expect(decoder).toBe(encoder);
});

test("a tied encoder is the decoder transposed, times its scale, and another seed is another decoder", async () => {
  const options = { features, width, encoderInitialisation: "tied", encoderScale: 0.5, seed: 4 } as const;
  const weights = initialiseAutoencoder(kernels, options, bias);
  const decoder = await kernels.read(weights.decoder);
  expect(await kernels.read(weights.encoder)).toBeAllClose(
    decoder.map((value) => value / 2),
    { absolute: 1e-7, relative: 1e-7 },
  );
  const other = initialiseAutoencoder(kernels, { ...options, seed: 5 }, bias);
  expect(await kernels.read(other.decoder)).not.toEqual(decoder);
});

test("a decoder given transposed is refused by name", () => {
  const options = { features, width, encoderInitialisation: "tied", encoderScale: 1, seed: 4 } as const;
  const weights = initialiseAutoencoder(kernels, options, bias);
  const decoder = kernels.create([width, features]);
  expect(() => createAutoencoder(kernels, { ...weights, decoder })).toThrow(UserError);
  expect(() => createAutoencoder(kernels, { ...weights, decoder })).toThrow("decoder has shape [24, 96]");
});

test("neurons as a dictionary reconstruct ReLU activations exactly", async () => {
  const neurons = createNeuronDictionary(kernels, 3);
  const x = kernels.upload(Float32Array.from([0, 1.25, 0, 3, 0.1, 7e-8]), [2, 3]);
  const { codes, counts } = await createSparseEncoder(kernels, neurons).encode(x);
  expect([...counts]).toEqual([1, 3]);
  const out = kernels.create([2, 3]);
  neurons.decode(out, codes);
  expect(await kernels.read(out)).toEqual(await kernels.read(x));
});
