import { describe, expect, test } from "vitest";
import { createSuperposition } from "../../src/activations/superposition.ts";
import { dictionaryConfigSchema } from "../../src/autoencoder/config.ts";
import { createInitialState, initialiseAutoencoder } from "../../src/autoencoder/initialise.ts";
import { trainDictionary } from "../../src/autoencoder/train.ts";
import {
  createTrainingState,
  type DictionarySnapshot,
  snapshotTrainingState,
} from "../../src/autoencoder/training-state.ts";
import type { Kernels } from "../../src/kernels/kernels.ts";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { backends } from "../support/backends.ts";
import "../support/to-be-all-close.ts";

const features = 200;
const width = 33;
const batch = 64;
const steps = 40;
const DEAD = 10;
const data = createSuperposition({ features: 50, width, active: 4, offset: 0.3, seed: 3 });
const config = dictionaryConfigSchema.parse({
  features,
  batch,
  activations: steps * batch,
  l1: 1,
  learningRate: 3e-3,
  encoderScale: 1,
  logEvery: 1,
  resampling: { kind: "shares", at: [0.5], window: 0.2, inputs: 500 },
});

interface Run {
  readonly snapshot: DictionarySnapshot;
  readonly losses: readonly number[];
  readonly dense: readonly boolean[];
  readonly resampled: number;
}

async function train(kernels: Kernels, denseAbove: number): Promise<Run> {
  const weights = initialiseAutoencoder(kernels, { ...config, width }, new Float32Array(width));
  kernels.write(
    weights.encoderBias,
    Float32Array.from({ length: features }, (_, i) => (i < DEAD ? -100 : 0)),
  );
  const state = createTrainingState(kernels, weights);
  const rows = (first: number) => kernels.upload(data.rows(first, batch), [batch, width]);
  const batches = Array.from({ length: steps }, (_, step) => rows(step * batch));
  const resamplingInputs = () => Array.from({ length: 8 }, (_, i) => rows(1e6 + i * batch));
  const losses: number[] = [];
  const dense: boolean[] = [];
  let resampled = 0;
  let snapshot: DictionarySnapshot | undefined;
  for await (const event of trainDictionary({ kernels, config, state, batches, resamplingInputs, denseAbove })) {
    if (event.kind === "step") losses.push(event.loss);
    if (event.kind === "step") dense.push(event.dense);
    if (event.kind === "resample") resampled += event.features.length;
    if (event.kind === "checkpoint") snapshot = await snapshotTrainingState(kernels, state);
  }
  return { snapshot: snapshot!, losses, dense, resampled };
}

const free = { decoderNorm: "free", gradientProjection: false, l1Weighting: "decoder-norm" } as const;
const recipes = [
  ["a free decoder under a weighted penalty, clipped", { ...free, gradientClip: 0.5, preEncoderBias: false }],
  ["a tied decoder, clipped", { decoder: "tied", encoderScale: 1, gradientClip: 0.5 }],
  ["topk", { kind: "topk", k: 6, l1: 0 }],
  ["batch-topk", { kind: "batch-topk", k: 6, l1: 0 }],
] as const;

/** Two steps of more features than a dense step holds gradients of at a time, the last block of them not full. */
async function trainWide(kernels: Kernels, changes: object, denseAbove: number): Promise<DictionarySnapshot> {
  const wide = dictionaryConfigSchema.parse({
    ...{ ...config, features: 2100, activations: 2 * batch, learningRate: 1e-3, resampling: { kind: "none" } },
    ...changes,
  });
  const zeros = new Float32Array(width);
  const state = createInitialState(kernels, wide, { mean: zeros, geometricMedian: zeros, meanNorm: 1 });
  state.dense = denseAbove === 0;
  const batches = [0, batch].map((first) => kernels.upload(data.rows(first, batch), [batch, width]));
  for await (const _ of trainDictionary({ kernels, config: wide, state, batches, denseAbove }));
  return snapshotTrainingState(kernels, state);
}

/** Twelve steps of another recipe: losses and the state after them. */
async function trainRecipe(kernels: Kernels, changes: object): Promise<Omit<Run, "resampled">> {
  const few = { activations: 12 * batch, resampling: { kind: "none" } };
  const changed = dictionaryConfigSchema.parse({ ...config, ...few, ...changes });
  const median = new Float32Array(width).fill(0.3);
  const state = createInitialState(kernels, changed, { mean: median, geometricMedian: median, meanNorm: 1 });
  const batches = Array.from({ length: 12 }, (_, step) =>
    kernels.upload(data.rows(step * batch, batch), [batch, width]),
  );
  const losses: number[] = [];
  const dense: boolean[] = [];
  let snapshot: DictionarySnapshot | undefined;
  for await (const event of trainDictionary({ kernels, config: changed, state, batches, denseAbove: 60 })) {
    if (event.kind === "step") losses.push(event.loss);
    if (event.kind === "step") dense.push(event.dense);
    if (event.kind === "checkpoint") snapshot = await snapshotTrainingState(kernels, state);
  }
  return { snapshot: snapshot!, losses, dense };
}

for (const { name, threads, create } of backends) {
  describe(name, () => {
    test("training gives the reference's losses on the dense and on the sparse path", async () => {
      const truth = await train(createReferenceKernels("float64"), features);
      expect(truth.resampled).toBe(DEAD);
      for (const capacity of [0, 20, features]) {
        const { losses, resampled } = await train(create(threads[0]!), capacity);
        expect(resampled).toBe(DEAD);
        expect(losses).toBeAllClose(truth.losses, { relative: 1e-3 });
      }
    });

    test("training gives the same bytes for any number of threads, through the change from dense to sparse", async () => {
      const [first, ...others] = await Promise.all(threads.map((count) => train(create(count), 20)));
      expect(new Set(first!.dense).size).toBe(2);
      for (const other of others) expect(other).toEqual(first);
    });

    test.each([["untied", {}], ...recipes.slice(0, 2)] as const)(
      "%s: a dense step of several blocks of features leaves what a sparse one does",
      async (_, changes) => {
        const kernels = create(threads[0]!);
        const sparse = await trainWide(kernels, changes, Number.POSITIVE_INFINITY);
        const dense = await trainWide(kernels, changes, 0);
        for (const [name, { data: values }] of dense.tensors)
          expect(values, name).toBeAllClose(sparse.tensors.get(name)!.data, { absolute: 2e-5, relative: 1e-3 });
      },
    );

    test.each(recipes)(
      "%s: the reference's losses, and the same bytes for any number of threads",
      async (_, changes) => {
        const truth = await trainRecipe(createReferenceKernels("float64"), changes);
        const [first, ...others] = await Promise.all(threads.map((count) => trainRecipe(create(count), changes)));
        expect(first!.losses).toBeAllClose(truth.losses, { relative: 1e-3 });
        expect(first!.losses.at(-1)).toBeLessThan(first!.losses[0]!);
        for (const other of others) expect(other).toEqual(first);
      },
    );
  });
}
