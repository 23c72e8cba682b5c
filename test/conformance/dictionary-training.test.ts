import { describe, expect, test } from "vitest";
import { dictionaryConfigSchema } from "../../src/autoencoder/config.ts";
import { initialiseAutoencoder } from "../../src/autoencoder/initialise.ts";
import { trainDictionary } from "../../src/autoencoder/train.ts";
import { createTrainingState, type DictionarySnapshot } from "../../src/autoencoder/training-state.ts";
import type { Kernels } from "../../src/kernels/kernels.ts";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { backends } from "../support/backends.ts";
import { createSuperposition } from "../support/superposition.ts";
import "../support/to-be-all-close.ts";

const features = 200;
const width = 33;
const batch = 64;
const steps = 40;
const DEAD = 10;
const data = createSuperposition(50, width, 0.08, 3);
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
    if (event.kind === "checkpoint") snapshot = await event.snapshot();
  }
  return { snapshot: snapshot!, losses, dense, resampled };
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
  });
}
