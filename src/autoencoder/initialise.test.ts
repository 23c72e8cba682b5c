import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { UserError } from "../numerics/user-error.ts";
import { createAutoencoder } from "./autoencoder.ts";
import { initialiseAutoencoder } from "./initialise.ts";
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

test("kaiming is uniform within 1/sqrt(width), with fan-in the width and not the number of features", async () => {
  const options = { features, width, encoderInitialisation: "kaiming-linear", encoderScale: 1, seed: 4 } as const;
  const encoder = await kernels.read(initialiseAutoencoder(kernels, options, bias).encoder);
  const largest = encoder.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(width));
  expect(largest).toBeGreaterThan(0.98 / Math.sqrt(width));
  const variance = encoder.reduce((sum, value) => sum + value * value, 0) / encoder.length;
  expect(variance * 3 * width).toBeCloseTo(1, 1);
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
