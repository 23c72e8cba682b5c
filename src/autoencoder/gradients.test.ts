import { expect, test } from "vitest";
import { type AutoencoderTensors, type FixtureTensor, readAutoencoderFixture } from "../../test/parity/fixtures.ts";
import "../../test/support/to-be-all-close.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { type AutoencoderWeights, autoencoderWeightNames, createAutoencoder, mapWeights } from "./autoencoder.ts";
import { type DictionaryConfig, dictionaryConfigSchema } from "./config.ts";
import { AutoencoderGradients } from "./gradients.ts";
import { createSparseEncoder } from "./sparse-encoder.ts";
import { type DictionaryStepEvent, trainDictionary } from "./train.ts";
import { createTrainingState } from "./training-state.ts";
import { removeParallelGradient } from "./unit-norm.ts";

const fixture = readAutoencoderFixture();
const { features, width, batch, l1 } = fixture.config;
const paths = [
  { path: "sparse", capacity: features },
  { path: "dense", capacity: 1 },
] as const;

const upload = (kernels: Kernels, { data, shape }: FixtureTensor): Tensor =>
  kernels.upload(Float32Array.from(data), shape);
const uploadWeights = (kernels: Kernels, tensors: AutoencoderTensors): AutoencoderWeights =>
  mapWeights(tensors, (tensor) => upload(kernels, tensor));

function configure(changes: Partial<DictionaryConfig>): DictionaryConfig {
  return dictionaryConfigSchema.parse({ features, batch, logEvery: 1, checkpointEvery: 1000, ...changes });
}

test.each(paths)(
  "the $path path gives an independent implementation's loss and gradients",
  async ({ path, capacity }) => {
    const kernels = createReferenceKernels();
    const weights = uploadWeights(kernels, fixture.parameters);
    const computer = new AutoencoderGradients(kernels, weights, batch, capacity);
    for (const startDense of [true, false]) {
      const measured = await computer.compute(upload(kernels, fixture.batches[0]!), l1, startDense);
      expect(measured.dense).toBe(path === "dense");
      expect(measured.loss).toBeCloseTo(fixture.first.loss, 5);
      expect(measured.l0).toBeCloseTo(fixture.first.l0, 9);
      for (const name of autoencoderWeightNames) {
        const gradient = await kernels.read(computer.gradients[name]);
        expect(gradient, name).toBeAllClose(fixture.first.gradients[name].data, { absolute: 2e-6, relative: 2e-6 });
      }
    }
    removeParallelGradient(kernels, computer.gradients.decoder, weights.decoder);
    const projected = await kernels.read(computer.gradients.decoder);
    expect(projected, "projected").toBeAllClose(fixture.first.decoderGradientProjected.data, {
      absolute: 2e-6,
      relative: 2e-6,
    });
  },
);

test.each(paths)(
  "five steps on the $path path end at an independent implementation's weights",
  async ({ capacity }) => {
    const kernels = createReferenceKernels();
    const state = createTrainingState(kernels, uploadWeights(kernels, fixture.parameters));
    const { learningRate, beta1, beta2, steps } = fixture.adam;
    const schedule = { l1, l1WarmupShare: 0, decayShare: 0, activations: steps * batch };
    const config = configure({ ...schedule, learningRate, beta1, beta2 });
    const losses: number[] = [];
    const batches = fixture.batches.map((x) => upload(kernels, x));
    for await (const event of trainDictionary({ kernels, config, state, batches, capacity })) {
      if (event.kind === "step") losses.push(event.loss);
    }
    expect(losses, "losses").toBeAllClose(fixture.losses, { absolute: 1e-5, relative: 1e-5 });
    for (const name of autoencoderWeightNames) {
      expect(await kernels.read(state.weights[name]), name).toBeAllClose(fixture.parametersAfter[name].data, {
        absolute: 2e-5,
        relative: 2e-5,
      });
    }
  },
);

test("codes and reconstruction are those of an independent implementation", async () => {
  const kernels = createReferenceKernels();
  const dictionary = createAutoencoder(kernels, uploadWeights(kernels, fixture.parameters));
  const x = upload(kernels, fixture.batches[0]!);
  const dense = kernels.create([batch, features]);
  dictionary.encodeDense(dense, x);
  expect(await kernels.read(dense), "f").toBeAllClose(fixture.first.f.data, { absolute: 1e-5, relative: 1e-5 });
  const { codes, counts } = await createSparseEncoder(kernels, dictionary, 1).encode(x);
  expect(counts.reduce((a, b) => a + b) / batch).toBeCloseTo(fixture.first.l0, 9);
  const reconstruction = kernels.create([batch, width]);
  dictionary.decode(reconstruction, codes);
  expect(await kernels.read(reconstruction), "reconstruction").toBeAllClose(fixture.first.reconstruction.data, {
    absolute: 1e-5,
    relative: 1e-5,
  });
});

test("the loss and its gradients do not depend on the batch's size: the penalty is a mean over the batch", async () => {
  const kernels = createReferenceKernels();
  const weights = uploadWeights(kernels, fixture.parameters);
  const once = fixture.batches[0]!.data;
  const single = new AutoencoderGradients(kernels, weights, batch);
  const double = new AutoencoderGradients(kernels, weights, 2 * batch);
  const first = await single.compute(upload(kernels, fixture.batches[0]!), l1, false);
  const twice = upload(kernels, { data: [...once, ...once], shape: [2 * batch, width] });
  const second = await double.compute(twice, l1, false);
  expect(second.loss).toBeCloseTo(first.loss, 5);
  for (const name of autoencoderWeightNames) {
    expect(await kernels.read(double.gradients[name]), name).toBeAllClose(await kernels.read(single.gradients[name]), {
      absolute: 1e-6,
      relative: 1e-6,
    });
  }
});

test("after every step each feature's direction has norm 1", async () => {
  const kernels = createReferenceKernels();
  const state = createTrainingState(kernels, uploadWeights(kernels, fixture.parameters));
  const config = configure({ activations: 3 * batch, learningRate: 0.1 });
  const batches = fixture.batches.map((x) => upload(kernels, x));
  const events: DictionaryStepEvent[] = [];
  for await (const event of trainDictionary({ kernels, config, state, batches })) {
    if (event.kind !== "step") continue;
    events.push(event);
    const decoder = await kernels.read(state.weights.decoder);
    for (let row = 0; row < features; row++) {
      expect(Math.hypot(...decoder.subarray(row * width, (row + 1) * width))).toBeCloseTo(1, 6);
    }
  }
  expect(events).toHaveLength(3);
});
