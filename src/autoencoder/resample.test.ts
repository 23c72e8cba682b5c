import { expect, test } from "vitest";
import type { z } from "zod";
import "../../test/support/to-be-all-close.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { autoencoderWeightNames, createAutoencoder } from "./autoencoder.ts";
import { type DictionaryConfig, dictionaryConfigSchema } from "./config.ts";
import { initialiseAutoencoder } from "./initialise.ts";
import { findSilent, resampleDeadFeatures } from "./resample.ts";
import { trainDictionary } from "./train.ts";
import { createTrainingState, type TrainingState } from "./training-state.ts";

const features = 8;
const width = 4;
const kernels: Kernels = createReferenceKernels();

type Changes = Partial<z.input<typeof dictionaryConfigSchema>>;

/** A recipe with the paper's resampling, changed switch by switch. */
function configure(switches: object = {}, changes: Changes = {}): DictionaryConfig {
  return dictionaryConfigSchema.parse({
    features,
    batch: 2,
    encoderInitialisation: "kaiming-linear",
    encoderScale: 1,
    seed: 3,
    resampling: { kind: "steps", at: [3], window: 2, inputs: 20, ...switches },
    ...changes,
  });
}

/** A state in which every number that resampling may change is not 0. */
function createState(config: DictionaryConfig, decoderBias = new Float32Array(width).fill(0.5)): TrainingState {
  const state = createTrainingState(kernels, initialiseAutoencoder(kernels, { ...config, width }, decoderBias));
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
const inputRows = (count: number, name = "inputs"): Tensor => {
  const stream = createRandomStream(5, name);
  return kernels.upload(
    Float32Array.from({ length: count * width }, (_, i) => 2 * Math.abs(stream.normal(i))),
    [count, width],
  );
};

/** Resamples `dead` and returns what is there before and after. */
async function resample(
  config: DictionaryConfig,
  dead: readonly number[],
  inputs: readonly Tensor[] = [inputRows(20)],
  state = createState(config),
) {
  markDead(state, dead);
  const read = async () => ({
    encoder: await kernels.read(state.weights.encoder),
    decoder: await kernels.read(state.weights.decoder),
    bias: await kernels.read(state.weights.encoderBias),
  });
  const before = await read();
  const dictionary = createAutoencoder(kernels, state.weights);
  const replaced = await resampleDeadFeatures(kernels, state, { config, dictionary, inputs, l1SumOfSquares: 0.1 });
  return { state, before, after: await read(), replaced: [...replaced] };
}

/** The mean norm of encoder rows that are not `dead`, which new rows are measured by. */
function aliveNorm(encoder: Float32Array, dead: readonly number[]): number {
  const norms = Array.from({ length: features }, (_, row) => (dead.includes(row) ? [] : [norm(rowOf(encoder, row))]));
  return norms.flat().reduce((a, b) => a + b, 0) / norms.flat().length;
}

/** The index of the input, less `shift`, that points where `direction` does; -1 for none. */
function findInput(inputs: Float32Array, direction: Float32Array, shift = 0): number {
  const cosines = Array.from({ length: inputs.length / width }, (_, row) => {
    const x = rowOf(inputs, row).map((value) => value - shift);
    return x.reduce((sum, value, i) => sum + value * direction[i]!, 0) / norm(x) / norm(direction);
  });
  return cosines.findIndex((cosine) => cosine > 1 - 1e-6);
}

test("step 1: dead features are those that did not fire between the window's opening and the resampling", async () => {
  const config = configure({}, { batch: 1, activations: 4, learningRate: 1e-9, l1: 0 });
  const state = createState(config, new Float32Array(width));
  const encoder = new Float32Array(features * width);
  for (let i = 0; i < features; i++) encoder[i * width + (i % width)] = 1;
  kernels.write(state.weights.encoder, encoder);
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
  const resampled: number[][] = [];
  const resamplingInputs = () => [inputRows(20)];
  for await (const event of trainDictionary({ kernels, config, state, batches, resamplingInputs })) {
    if (event.kind === "resample") resampled.push([event.step, ...event.features]);
  }
  expect(resampled).toEqual([[3, 0, 3, 4, 5, 6, 7]]);
});

test("step 2: only as many inputs as the recipe says are looked at, and one batch at least", async () => {
  const [few, late] = [inputRows(3), inputRows(3, "late")];
  const values = await kernels.read(few);
  const dead = [0, 1, 2, 3, 4];
  for (const inputs of [3, 1]) {
    const { after, replaced } = await resample(configure({ inputs }, { batch: 3 }), dead, [few, late]);
    expect(replaced).toEqual([0, 1, 2]);
    expect(replaced.map((row) => findInput(values, rowOf(after.decoder, row))).sort()).toEqual([0, 1, 2]);
  }
});

test("step 3: an input's chance is its loss squared, whatever constant the recipe's loss has", async () => {
  // Nothing fires, so the loss is |x - bias|^2 = 1, 2, 3 and the probabilities are 1/14, 4/14, 9/14.
  const inputs = kernels.create([3, width]);
  kernels.write(inputs, Float32Array.from([1, 0, 0, 0, 0, Math.SQRT2, 0, 0, 0, 0, Math.sqrt(3), 0]));
  const trials = 2000;
  for (const reconstructionReduction of ["sum", "mean"] as const) {
    const draws = [0, 0, 0];
    for (let seed = 0; seed < trials; seed++) {
      const config = configure({}, { seed, reconstructionReduction });
      const state = createState(config, new Float32Array(width));
      kernels.fill(state.weights.encoderBias, -100);
      const { after } = await resample(config, [0], [inputs], state);
      draws[rowOf(after.decoder, 0).findIndex((value) => value > 0)]! += 1 / trials;
    }
    expect(draws).toBeAllClose([1 / 14, 4 / 14, 9 / 14], { absolute: 0.03 });
  }
});

test("step 4: each dead feature gets an input of its own, at norm 1, as its decoder row", async () => {
  const inputs = inputRows(20);
  const dead = [1, 4, 6];
  const { before, after, replaced } = await resample(configure(), dead, [inputs]);
  expect(replaced).toEqual(dead);
  const values = await kernels.read(inputs);
  const used = dead.map((row) => findInput(values, rowOf(after.decoder, row)));
  expect(used).not.toContain(-1);
  expect(new Set(used).size, "three different inputs").toBe(3);
  for (let row = 0; row < features; row++) {
    if (dead.includes(row)) expect(norm(rowOf(after.decoder, row))).toBeCloseTo(1, 6);
    else expect([...rowOf(after.decoder, row)]).toEqual([...rowOf(before.decoder, row)]);
  }
});

test("step 5: its encoder row is that direction at 0.2 of the alive rows' mean norm, and its bias 0", async () => {
  const dead = [1, 4, 6];
  const { before, after } = await resample(configure(), dead);
  const length = 0.2 * aliveNorm(before.encoder, dead);
  for (let row = 0; row < features; row++) {
    const wanted = dead.includes(row)
      ? rowOf(after.decoder, row).map((value) => value * length)
      : rowOf(before.encoder, row);
    expect(rowOf(after.encoder, row), `row ${row}`).toBeAllClose(wanted, { absolute: 1e-6 });
    expect(after.bias[row]).toBe(dead.includes(row) ? 0 : 0.25);
  }
});

test("step 6: Adam's moments of exactly the changed rows and biases are emptied", async () => {
  const { state } = await resample(configure(), [2, 7]);
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
  expect([...(await kernels.read(state.weights.decoderBias))]).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test("a centred recipe takes the input less the decoder bias as the direction", async () => {
  const inputs = inputRows(20);
  const values = await kernels.read(inputs);
  const { after } = await resample(configure({ centred: true }), [1, 4], [inputs]);
  for (const row of [1, 4]) {
    expect(findInput(values, rowOf(after.decoder, row), 0.5)).not.toBe(-1);
    expect(findInput(values, rowOf(after.decoder, row))).toBe(-1);
    expect(norm(rowOf(after.decoder, row))).toBeCloseTo(1, 6);
  }
});

test("with replacement every dead feature gets an input even where there are fewer of them", async () => {
  const dead = [0, 1, 2, 3, 4];
  const inputs = [inputRows(2)];
  expect((await resample(configure({ inputs: 2 }), dead, inputs)).replaced).toEqual([0, 1]);
  expect((await resample(configure({ inputs: 2, replacement: true }), dead, inputs)).replaced).toEqual(dead);
});

test("inputs without a direction are never used, and with nothing to draw from nothing changes", async () => {
  const zeros = [kernels.create([5, width])];
  const { before, after, replaced } = await resample(configure(), [0], zeros);
  expect(replaced).toEqual([]);
  expect(after).toEqual(before);
  const bias = kernels.upload(new Float32Array(5 * width).fill(0.5), [5, width]);
  expect((await resample(configure({ centred: true }), [0], [bias])).replaced).toEqual([]);
});

test("where every feature is dead, the mean norm is that of all of them", async () => {
  const dead = Array.from({ length: features }, (_, row) => row);
  const { before, after, replaced } = await resample(configure(), dead);
  expect(replaced).toEqual(dead);
  expect(norm(rowOf(after.encoder, 3))).toBeCloseTo(0.2 * aliveNorm(before.encoder, []), 6);
});

test("neel: rows are drawn afresh, biases are 0, and Adam's moments stay", async () => {
  const dead = [1, 4];
  const config = configure({ variant: "neel" }, { encoderInitialisation: "kaiming-relu-transposed" });
  const { before, after, replaced, state } = await resample(config, dead, []);
  expect(replaced).toEqual(dead);
  for (let row = 0; row < features; row++) {
    const same = [...rowOf(after.encoder, row)].join() === [...rowOf(before.encoder, row)].join();
    expect(same, `row ${row}`).toBe(!dead.includes(row));
    expect(after.bias[row]).toBe(dead.includes(row) ? 0 : 0.25);
  }
  for (const moments of [state.moment1, state.moment2]) {
    for (const name of autoencoderWeightNames)
      expect(new Set(await kernels.read(moments[name])), name).toEqual(new Set([0.5]));
  }
});

test("neel: new decoder rows are as kaiming_uniform_ leaves them, where the next step normalises and nowhere else", async () => {
  const many = { features: 2000, encoderInitialisation: "kaiming-relu-transposed" } as const;
  const measure = async (decoderNorm: DictionaryConfig["decoderNorm"]) => {
    const config = configure({ variant: "neel" }, { ...many, decoderNorm });
    const state = createState(config);
    const dictionary = createAutoencoder(kernels, state.weights);
    await resampleDeadFeatures(kernels, state, { config, dictionary, inputs: [], l1SumOfSquares: 0 });
    return kernels.read(state.weights.decoder);
  };
  const raw = await measure("unit-before-step");
  const largest = raw.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  expect(largest).toBeLessThanOrEqual(Math.sqrt(6 / width));
  expect(largest).toBeGreaterThan(0.99 * Math.sqrt(6 / width));
  expect(raw.reduce((a, b) => a + b * b, 0) / raw.length, "variance 6 / width / 3").toBeCloseTo(2 / width, 1);
  const unit = await measure("unit-after-step");
  for (let row = 0; row < 20; row++) expect(norm(rowOf(unit, row))).toBeCloseTo(1, 5);
});

test("neel: two resamplings draw different rows", async () => {
  const config = configure({ variant: "neel" });
  const state = createState(config);
  const first = (await resample(config, [1], [], state)).after;
  state.step = 7;
  const second = (await resample(config, [1], [], state)).after;
  expect([...rowOf(second.encoder, 1)]).not.toEqual([...rowOf(first.encoder, 1)]);
});

test("dictionary-learning: one batch decides, and the encoder row is the input as it is times 0.2 of the alive norm", async () => {
  const [batch, later] = [inputRows(6), inputRows(6, "late")];
  const dead = [1, 4, 6];
  const config = configure({ variant: "dictionary-learning", inputs: 1 }, { batch: 6 });
  const { before, after } = await resample(config, dead, [batch, later]);
  const values = await kernels.read(batch);
  const scale = 0.2 * aliveNorm(before.encoder, dead);
  const used = dead.map((row) => findInput(values, rowOf(after.decoder, row)));
  expect(new Set(used).size).toBe(3);
  for (const [i, row] of dead.entries()) {
    expect(norm(rowOf(after.decoder, row))).toBeCloseTo(1, 6);
    const wanted = rowOf(values, used[i]!).map((value) => value * scale);
    expect(rowOf(after.encoder, row), `row ${row}`).toBeAllClose(wanted, { absolute: 1e-6 });
    expect(after.bias[row]).toBe(0);
  }
});

test("silent means a sum of exactly 0", () => {
  expect([...findSilent(Float32Array.from([0, 1e-30, 0, 2]))]).toEqual([0, 2]);
});
