import { expect, test } from "vitest";
import { backends } from "../../test/support/backends.ts";
import { countMemory } from "../../test/support/count-memory.ts";
import { mixRows } from "../activations/mix-rows.ts";
import { splitRows } from "../activations/row-order.ts";
import { createSuperposition } from "../activations/superposition.ts";
import { dictionaryConfigSchema } from "./config.ts";
import { createInitialState } from "./initialise.ts";
import { trainDictionary } from "./train.ts";
import { listStateTensors } from "./training-state.ts";

const [features, width, batch, bufferRows, steps] = [8192, 64, 64, 8192, 6];
const data = createSuperposition({ features: 128, width, active: 3, offset: 0.3, seed: 2 });
const store = {
  width,
  read: (out: Float32Array, first: number) => out.set(data.rows(first, out.length / width)),
};

test("training holds parameters, Adam's moments, one batch with its codes, the mixing buffer and a tenth more", async () => {
  const { kernels, most, largestRead } = countMemory(backends.at(-1)!.create(2));
  const config = dictionaryConfigSchema.parse({
    ...{ features, batch, activations: steps * batch, bufferRows },
    ...{ checkpointEvery: 1, logEvery: 1, gradientClip: 1 },
  });
  const zeros = new Float32Array(width);
  const state = createInitialState(kernels, config, { mean: zeros, geometricMedian: zeros, meanNorm: 1 });
  kernels.fill(state.weights.encoderBias, -0.5);
  const split = splitRows(bufferRows + batch, { share: 0, limit: 0, seed: 1 });
  const batches = mixRows(kernels, store, { split, batch, capacity: bufferRows, seed: 1 });
  const dense = new Set<boolean>();
  for await (const event of trainDictionary({ kernels, config, state, batches })) {
    if (event.kind === "step") dense.add(event.dense);
    if (event.kind !== "checkpoint") continue;
    for (const { read } of listStateTensors(kernels, state)) for await (const _ of read());
  }
  expect(dense).toEqual(new Set([true, false]));
  const parameters = 2 * features * width + features + width;
  expect(most()).toBeLessThanOrEqual(1.1 * (3 * parameters + batch * (width + features) + bufferRows * width));
  expect(largestRead()).toBeLessThanOrEqual(2 ** 18);
});
