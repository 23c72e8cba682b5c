import { expect, test } from "vitest";
import { type AutoencoderTensors, type FixtureTensor, readAutoencoderFixture } from "../../test/parity/fixtures.ts";
import "../../test/support/to-be-all-close.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { type AutoencoderWeights, autoencoderWeightNames, createAutoencoder, mapWeights } from "./autoencoder.ts";
import { type DictionaryConfig, dictionaryConfigSchema } from "./config.ts";
import { createSparseEncoder } from "./sparse-encoder.ts";
import { trainDictionary } from "./train.ts";
import type { DictionaryStepEvent } from "./training-events.ts";
import { createTrainingState } from "./training-state.ts";
import { createTrainingStep } from "./training-step.ts";

const fixture = readAutoencoderFixture();
const { features, width, batch, l1 } = fixture.config;
const paths = [
  { path: "sparse", denseAbove: features },
  { path: "dense", denseAbove: 0 },
] as const;

const upload = (kernels: Kernels, { data, shape }: FixtureTensor): Tensor =>
  kernels.upload(Float32Array.from(data), shape);
const uploadWeights = (kernels: Kernels, tensors: AutoencoderTensors): AutoencoderWeights =>
  mapWeights(tensors, (tensor) => upload(kernels, tensor));

function configure(changes: Partial<DictionaryConfig>): DictionaryConfig {
  return dictionaryConfigSchema.parse({ features, batch, logEvery: 1, checkpointEvery: 1000, ...changes });
}

/** One step's measurement and gradients: with beta1 0 Adam's first moment is the gradient itself, clipped and projected. */
async function differentiate(changes: Partial<DictionaryConfig>, x: Tensor, denseAbove: number, dense = true) {
  const kernels = createReferenceKernels();
  const config = configure({ l1, beta1: 0, gradientProjection: false, ...changes });
  const state = createTrainingState(kernels, uploadWeights(kernels, fixture.parameters));
  state.dense = dense;
  const measured = await createTrainingStep(kernels, config, state, denseAbove).take(x, { l1, learningRate: 1e-3 });
  const gradients = new Map<string, Float32Array>();
  for (const name of autoencoderWeightNames) gradients.set(name, await kernels.read(state.moment1[name]));
  return { measured, gradients };
}

test.each(paths)(
  "the $path path gives an independent implementation's loss and gradients",
  async ({ path, denseAbove }) => {
    const kernels = createReferenceKernels();
    const x = upload(kernels, fixture.batches[0]!);
    const close = { absolute: 2e-6, relative: 2e-6 };
    for (const startDense of path === "dense" ? [true, false] : [false]) {
      const { measured, gradients } = await differentiate({}, x, denseAbove, startDense);
      expect(measured.dense).toBe(path === "dense");
      expect(measured.loss).toBeCloseTo(fixture.first.loss, 5);
      expect(measured.l0).toBeCloseTo(fixture.first.l0, 9);
      for (const name of autoencoderWeightNames)
        expect(gradients.get(name), name).toBeAllClose(fixture.first.gradients[name].data, close);
    }
    const { gradients } = await differentiate({ gradientProjection: true }, x, denseAbove, path === "dense");
    expect(gradients.get("decoder"), "projected").toBeAllClose(fixture.first.decoderGradientProjected.data, close);
  },
);

test.each(paths)(
  "five steps on the $path path end at an independent implementation's weights",
  async ({ denseAbove }) => {
    const kernels = createReferenceKernels();
    const state = createTrainingState(kernels, uploadWeights(kernels, fixture.parameters));
    const { learningRate, beta1, beta2, steps } = fixture.adam;
    const schedule = { l1, l1WarmupShare: 0, decayShare: 0, activations: steps * batch };
    const config = configure({ ...schedule, learningRate, beta1, beta2 });
    const losses: number[] = [];
    const batches = fixture.batches.map((x) => upload(kernels, x));
    for await (const event of trainDictionary({ kernels, config, state, batches, denseAbove })) {
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
  const { codes, counts } = await createSparseEncoder(kernels, dictionary, 1).encode(x);
  expect(counts.reduce((a, b) => a + b) / batch).toBeCloseTo(fixture.first.l0, 9);
  const identity = Float32Array.from({ length: features ** 2 }, (_, i) => (i % (features + 1) === 0 ? 1 : 0));
  const f = kernels.create([batch, features]);
  kernels.sparseDecode(f, codes, codes.values, kernels.upload(identity, [features, features]), null);
  expect(await kernels.read(f), "f").toBeAllClose(fixture.first.f.data, { absolute: 1e-5, relative: 1e-5 });
  const reconstruction = kernels.create([batch, width]);
  dictionary.decode(reconstruction, codes);
  expect(await kernels.read(reconstruction), "reconstruction").toBeAllClose(fixture.first.reconstruction.data, {
    absolute: 1e-5,
    relative: 1e-5,
  });
});

test("the loss and its gradients do not depend on the batch's size: the penalty is a mean over the batch", async () => {
  const kernels = createReferenceKernels();
  const once = fixture.batches[0]!.data;
  const twice = upload(kernels, { data: [...once, ...once], shape: [2 * batch, width] });
  const first = await differentiate({}, upload(kernels, fixture.batches[0]!), features);
  const second = await differentiate({ batch: 2 * batch }, twice, features);
  expect(second.measured.loss).toBeCloseTo(first.measured.loss, 5);
  for (const [name, gradient] of second.gradients)
    expect(gradient, name).toBeAllClose(first.gradients.get(name)!, { absolute: 1e-6, relative: 1e-6 });
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
