import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { autoencoderWeightNames, createAutoencoder } from "./autoencoder.ts";
import { dictionaryConfigSchema } from "./config.ts";
import { initialiseAutoencoder } from "./initialise.ts";
import { drawInputsByLoss, findSilent, resampleDeadFeatures } from "./resample.ts";
import { resamplingSchema } from "./resampling-config.ts";
import { createResamplingSchedule } from "./resampling-schedule.ts";
import { trainDictionary } from "./train.ts";
import { createTrainingState, type TrainingState } from "./training-state.ts";

const features = 8;
const width = 4;
const kernels: Kernels = createReferenceKernels();

function createState(decoderBias = new Float32Array(width)): TrainingState {
  const options = { features, width, encoderInitialisation: "kaiming-linear", encoderScale: 1, seed: 3 } as const;
  const state = createTrainingState(kernels, initialiseAutoencoder(kernels, options, decoderBias));
  for (const moments of [state.moment1, state.moment2]) {
    for (const tensor of Object.values(moments)) kernels.fill(tensor, 0.5);
  }
  kernels.fill(state.weights.encoderBias, 0.25);
  return state;
}

function markDead(state: TrainingState, dead: readonly number[]): void {
  kernels.write(
    state.activity,
    Float32Array.from({ length: features }, (_, i) => (dead.includes(i) ? 0 : 0.01)),
  );
}

const rowOf = (values: Float32Array, row: number): Float32Array => values.subarray(row * width, (row + 1) * width);
const norm = (row: Float32Array): number => Math.hypot(...row);
const inputRows = (count: number): Tensor => {
  const stream = createRandomStream(5, "inputs");
  return kernels.upload(
    Float32Array.from({ length: count * width }, (_, i) => Math.abs(stream.normal(i))),
    [count, width],
  );
};

test("step 1: dead features are those that did not fire between the window's opening and the resampling", async () => {
  const state = createState(Float32Array.from([0, 0, 0, 0]));
  const encoder = new Float32Array(features * width);
  for (let i = 0; i < features; i++) encoder[i * width + (i % width)] = 1;
  kernels.write(state.weights.encoder, encoder);
  kernels.fill(state.weights.encoderBias, 0);
  kernels.write(
    state.weights.encoderBias,
    Float32Array.from({ length: features }, (_, i) => (i < width ? -0.5 : -100)),
  );
  const onlyNeuron = (neuron: number): Tensor =>
    kernels.upload(
      Float32Array.from({ length: width }, (_, i) => (i === neuron ? 1 : 0)),
      [1, width],
    );
  const batches = [0, 1, 2, 2].map(onlyNeuron);
  const config = dictionaryConfigSchema.parse({
    features,
    batch: 1,
    activations: 4,
    learningRate: 1e-9,
    l1: 0,
    resampling: { kind: "steps", at: [3], window: 2, inputs: 4 },
  });
  const resampled: number[][] = [];
  const resamplingInputs = () => [inputRows(4)];
  for await (const event of trainDictionary({ kernels, config, state, batches, resamplingInputs })) {
    if (event.kind === "resample") resampled.push([event.step, ...event.features]);
  }
  expect(resampled).toEqual([[3, 0, 3, 4, 5, 6, 7]]);
});

test("the windows are the half intervals before each resampling, in steps and in shares of the run alike", () => {
  const paper = { kind: "steps", at: [25_000, 50_000, 75_000, 100_000], window: 12_500, inputs: 819_200 } as const;
  const shares = { kind: "shares", at: [0.025, 0.05, 0.075, 0.1], window: 0.0125, inputs: 819_200 } as const;
  for (const resampling of [paper, shares]) {
    const schedule = createResamplingSchedule(resamplingSchema.parse(resampling), 1_000_000);
    const steps = Array.from({ length: 100 }, (_, i) => i * 2500);
    expect(steps.filter(schedule.opensAt)).toEqual([12_500, 37_500, 62_500, 87_500]);
    expect(steps.filter(schedule.resamplesAt)).toEqual([25_000, 50_000, 75_000, 100_000]);
  }
  expect(createResamplingSchedule({ kind: "none" }, 100).resamplesAt(25)).toBe(false);
});

test("step 2: the limit counts inputs over batches and no more of them are used", async () => {
  const dictionary = createAutoencoder(kernels, createState().weights);
  const marked = (value: number): Tensor => kernels.upload(new Float32Array(3 * width).fill(value), [3, width]);
  const batches = [marked(1), marked(2), marked(1000)];
  const options = { inputs: batches, limit: 5, l1: 0 };
  const chosen = await drawInputsByLoss(kernels, dictionary, 6, options, createRandomStream(1));
  const values = await kernels.read(chosen!);
  expect(values).not.toContain(1000);
  const distinct = Array.from({ length: 5 }, (_, row) => rowOf(values, row)[0]).sort();
  expect(distinct, "all five inputs, without replacement").toEqual([1, 1, 1, 2, 2]);
});

test("steps 3 and 4: an input is drawn with probability proportional to its squared loss", async () => {
  const state = createState();
  kernels.fill(state.weights.encoderBias, -100);
  const dictionary = createAutoencoder(kernels, state.weights);
  // Nothing fires, so the loss is |x|^2 = 1, 2, 3 and the probabilities are 1/14, 4/14, 9/14.
  const inputs = kernels.create([3, width]);
  kernels.write(inputs, Float32Array.from([1, 0, 0, 0, 0, Math.SQRT2, 0, 0, 0, 0, Math.sqrt(3), 0]));
  const draws = [0, 0, 0];
  const trials = 3000;
  for (let trial = 0; trial < trials; trial++) {
    const options = { inputs: [inputs], limit: 100, l1: 1 };
    const chosen = await drawInputsByLoss(kernels, dictionary, 1, options, createRandomStream(trial, "draw"));
    const row = await kernels.read(chosen!);
    draws[row.findIndex((value) => value > 0)]! += 1;
  }
  const shares = draws.map((count) => count / trials);
  expect(shares, "shares").toBeAllClose([1 / 14, 4 / 14, 9 / 14], { absolute: 0.025, relative: 0.025 });
});

test("the loss that decides contains the penalty", async () => {
  const state = createState();
  kernels.fill(state.weights.encoder, 0);
  kernels.write(
    state.weights.encoder,
    Float32Array.from({ length: features * width }, (_, i) => (i === 0 ? 1 : 0)),
  );
  kernels.fill(state.weights.encoderBias, 0);
  kernels.write(
    state.weights.decoder,
    Float32Array.from({ length: features * width }, (_, i) => (i % width === 0 ? 1 : 0)),
  );
  const dictionary = createAutoencoder(kernels, state.weights);
  // Row 0 is reconstructed exactly and only pays the penalty; row 1 is not seen and pays |x|^2 = 1e-6.
  const inputs = [kernels.upload(Float32Array.from([1, 0, 0, 0, 0, 1e-3, 0, 0]), [2, width])];
  for (const [l1, winner] of [
    [0, 1],
    [100, 0],
  ] as const) {
    const chosen = await drawInputsByLoss(kernels, dictionary, 1, { inputs, limit: 9, l1 }, createRandomStream(0));
    expect((await kernels.read(chosen!)).findIndex((value) => value > 0)).toBe(winner);
  }
});

test("step 5: decoder rows are inputs at norm 1, encoder rows the same at 0.2 of the alive mean norm, biases 0", async () => {
  const state = createState();
  const dead = [1, 4, 6];
  markDead(state, dead);
  const before = await kernels.read(state.weights.encoder);
  const inputs = inputRows(20);
  const values = await kernels.read(inputs);
  const options = { inputs: [inputs], limit: 20, l1: 0.1, seed: 1 };
  expect([...(await resampleDeadFeatures(kernels, state, options))]).toEqual(dead);
  const alive = [0, 2, 3, 5, 7];
  const aliveNorm = alive.reduce((sum, row) => sum + norm(rowOf(before, row)), 0) / alive.length;
  const encoder = await kernels.read(state.weights.encoder);
  const decoder = await kernels.read(state.weights.decoder);
  const bias = await kernels.read(state.weights.encoderBias);
  const used = dead.map((row) => {
    expect(norm(rowOf(decoder, row))).toBeCloseTo(1, 6);
    expect(rowOf(encoder, row), "encoder").toBeAllClose(
      rowOf(decoder, row).map((value) => value * 0.2 * aliveNorm),
      { absolute: 1e-6, relative: 1e-6 },
    );
    expect(bias[row]).toBe(0);
    const cosines = Array.from({ length: 20 }, (_, input) => {
      const x = rowOf(values, input);
      return x.reduce((sum, value, i) => sum + value * rowOf(decoder, row)[i]!, 0) / norm(x);
    });
    return cosines.findIndex((cosine) => cosine > 1 - 1e-6);
  });
  expect(new Set(used).size, "three different inputs").toBe(3);
  expect(used).not.toContain(-1);
  for (const row of alive) {
    expect([...rowOf(encoder, row)]).toEqual([...rowOf(before, row)]);
    expect(bias[row]).toBe(0.25);
  }
});

test("step 6: Adam's moments of the changed rows and biases are 0 and no other moment changes", async () => {
  const state = createState();
  markDead(state, [2, 7]);
  await resampleDeadFeatures(kernels, state, { inputs: [inputRows(9)], limit: 9, l1: 0.1, seed: 1 });
  for (const moments of [state.moment1, state.moment2]) {
    for (const name of autoencoderWeightNames) {
      const values = await kernels.read(moments[name]);
      const perRow = name === "encoder" || name === "decoder" ? width : 1;
      const wanted = values.map((_, i) => {
        const row = Math.floor(i / perRow);
        return name !== "decoderBias" && (row === 2 || row === 7) ? 0 : 0.5;
      });
      expect([...values], name).toEqual([...wanted]);
    }
  }
});

test("rows of zeros are never drawn, and with nothing to draw from nothing changes", async () => {
  const state = createState(Float32Array.from([1, 1, 1, 1]));
  markDead(state, [0]);
  const before = await kernels.read(state.weights.decoder);
  const inputs = [kernels.create([5, width])];
  const resampled = await resampleDeadFeatures(kernels, state, { inputs, limit: 5, l1: 0.1, seed: 1 });
  expect(resampled).toHaveLength(0);
  expect([...(await kernels.read(state.weights.decoder))]).toEqual([...before]);
});

test("with more dead features than inputs the inputs repeat", async () => {
  const dictionary = createAutoencoder(kernels, createState().weights);
  const options = { inputs: [inputRows(2)], limit: 2, l1: 0 };
  const values = await kernels.read((await drawInputsByLoss(kernels, dictionary, 5, options, createRandomStream(0)))!);
  expect([...rowOf(values, 2)]).toEqual([...rowOf(values, 0)]);
  expect([...rowOf(values, 3)]).toEqual([...rowOf(values, 1)]);
  expect([...rowOf(values, 0)]).not.toEqual([...rowOf(values, 1)]);
});

test("silent means a sum of exactly 0", () => {
  expect([...findSilent(Float32Array.from([0, 1e-30, 0, 2]))]).toEqual([0, 2]);
});
