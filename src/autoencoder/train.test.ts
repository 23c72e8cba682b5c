import { expect, test } from "vitest";
import type { z } from "zod";
import { createSuperposition } from "../activations/superposition.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { UserError } from "../numerics/user-error.ts";
import { type DictionaryConfig, dictionaryConfigSchema } from "./config.ts";
import { createInitialState, initialiseAutoencoder } from "./initialise.ts";
import { trainDictionary } from "./train.ts";
import type { TrainDictionaryEvent } from "./training-events.ts";
import { createTrainingSchedule } from "./training-schedule.ts";
import {
  createTrainingState,
  type DictionarySnapshot,
  restoreTrainingState,
  snapshotTrainingState,
  type TrainingState,
} from "./training-state.ts";

const kernels = createReferenceKernels();
const trueFeatures = 64;
const width = 32;
const data = createSuperposition({ features: trueFeatures, width, active: 2.56, offset: 0.3, seed: 1 });

function configure(changes: Partial<z.input<typeof dictionaryConfigSchema>>): DictionaryConfig {
  return dictionaryConfigSchema.parse({ features: trueFeatures, batch: 128, l1: 0.3, learningRate: 3e-3, ...changes });
}

function createState(config: DictionaryConfig): TrainingState {
  return createTrainingState(kernels, initialiseAutoencoder(kernels, { ...config, width }, new Float32Array(width)));
}

function* batchesFrom(step: number, config: DictionaryConfig): Generator<Tensor> {
  for (let first = step * config.batch; ; first += config.batch) {
    yield kernels.upload(data.rows(first, config.batch), [config.batch, width]);
  }
}

const resamplingInputs = (step: number) => [kernels.upload(data.rows(1e6 + step, 256), [256, width])];

async function collect(config: DictionaryConfig, state: TrainingState, signal?: AbortSignal) {
  const events: TrainDictionaryEvent[] = [];
  const snapshots: DictionarySnapshot[] = [];
  const batches = batchesFrom(state.step, config);
  const options = { kernels, config, state, batches, resamplingInputs, ...(signal ? { signal } : {}) };
  for await (const event of trainDictionary(options)) {
    events.push(event);
    if (event.kind === "checkpoint") snapshots.push(await snapshotTrainingState(kernels, state));
  }
  return { events, snapshots };
}

test("continuing from a checkpoint gives the same bytes as never having stopped, resampling and dense start included", async () => {
  const resampling = { kind: "shares", at: [0.3, 0.6, 1], window: 0.2, inputs: 200, rewarm: 0.15 } as const;
  const config = configure({ activations: 20 * 16, batch: 16, l1: 3, checkpointEvery: 1, logEvery: 1, resampling });
  const whole = await collect(config, createState(config));
  expect(whole.events.filter((event) => event.kind === "resample").map((event) => event.features.length > 0)).toEqual([
    true,
    true,
    true,
  ]);
  expect(whole.snapshots.map((snapshot) => snapshot.step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  for (const stop of [1, 5, 6, 11]) {
    const resumed = await collect(config, restoreTrainingState(kernels, whole.snapshots[stop - 1]!));
    expect(resumed.snapshots.at(-1)).toEqual(whole.snapshots.at(-1));
    expect(resumed.events.filter((event) => event.kind !== "checkpoint")).toEqual(
      whole.events.filter((event) => event.kind !== "checkpoint" && event.step > stop),
    );
  }
});

const scaled = { activationScaling: "sqrt-width", gradientClip: 0.5 } as const;
const free = { decoderNorm: "free", gradientProjection: false, l1Weighting: "decoder-norm" } as const;

test.each<[string, Partial<z.input<typeof dictionaryConfigSchema>>]>([
  ["a free decoder under a weighted penalty, clipped, scaled", { ...free, ...scaled, preEncoderBias: false }],
  ["a tied decoder", { decoder: "tied", encoderScale: 1 }],
  ["topk", { kind: "topk", k: 4, l1: 0 }],
  ["batch-topk and its threshold", { kind: "batch-topk", k: 4, l1: 0 }],
  ["renormalisation at every third step", { decoderNormEvery: 3, decay: "cosine" }],
])("a resumed run goes on the same, windows between two looks included: %s", async (_, changes) => {
  const config = configure({ activations: 20 * 16, batch: 16, checkpointEvery: 1, logEvery: 1, looks: 3, ...changes });
  const statistics = { mean: new Float32Array(width), geometricMedian: new Float32Array(width).fill(0.3), meanNorm: 9 };
  const whole = await collect(config, createInitialState(kernels, config, statistics));
  expect(whole.events.filter((event) => event.kind === "density").map((event) => event.step)).toEqual([7, 14, 20]);
  for (const stop of [1, 9, 16]) {
    const resumed = await collect(config, restoreTrainingState(kernels, whole.snapshots[stop - 1]!));
    expect(resumed.snapshots.at(-1)).toEqual(whole.snapshots.at(-1));
    expect(resumed.events.filter((event) => event.kind !== "checkpoint")).toEqual(
      whole.events.filter((event) => event.kind !== "checkpoint" && event.step > stop),
    );
  }
});

test("a snapshot is a copy: training on does not change it", async () => {
  const config = configure({ activations: 3 * 16, batch: 16, checkpointEvery: 1 });
  const state = createState(config);
  const { snapshots } = await collect(config, state);
  const encoders = snapshots.map((snapshot) => snapshot.tensors.get("encoder")!.data);
  expect(encoders[0]).not.toEqual(encoders[1]);
  expect(encoders[2]).toEqual(await kernels.read(state.weights.encoder));
});

test("penalty and learning rate follow their schedules", async () => {
  const schedule = { l1: 2, l1WarmupShare: 0.5, decayShare: 0.5, learningRate: 1e-3, logEvery: 1 };
  const config = configure({ activations: 8 * 16, batch: 16, ...schedule });
  const { events } = await collect(config, createState(config));
  const steps = events.filter((event) => event.kind === "step");
  expect(steps.map((event) => event.l1)).toEqual([0.5, 1, 1.5, 2, 2, 2, 2, 2]);
  expect(steps.map((event) => event.learningRate / 1e-3)).toEqual([1, 1, 1, 1, 1, 0.75, 0.5, 0.25]);
  for (const event of steps) expect(event.loss).toBeCloseTo(event.reconstruction + event.l1 * event.sparsity, 6);
});

test("the learning rate rises at the start and after each resampling, and falls as a line or as half a cosine", () => {
  const resampling = { kind: "steps", at: [4], window: 2, rewarm: 4 } as const;
  const config = configure({ learningRate: 1, learningRateWarmupShare: 0.25, decayShare: 0, resampling });
  const rates = (changed: DictionaryConfig) => {
    const { learningRate } = createTrainingSchedule(changed, 8);
    return Array.from({ length: 8 }, (_, step) => learningRate(step));
  };
  expect(rates(config)).toEqual([0.5, 1, 1, 1, 0.25, 0.5, 0.75, 1]);
  const cosine = configure({ learningRate: 1, decay: "cosine", decayShare: 1 });
  const wanted = Array.from({ length: 8 }, (_, step) => (1 + Math.cos((Math.PI * step) / 8)) / 2);
  expect(rates(cosine)).toEqual(wanted.map((value) => expect.closeTo(value, 12)));
});

test("an activation that is not finite stops training with a sentence, unchanged weights and no checkpoint", async () => {
  const config = configure({ activations: 3 * 16, batch: 16, checkpointEvery: 1 });
  const state = createState(config);
  const before = await kernels.read(state.weights.encoder);
  const broken = kernels.upload(new Float32Array(16 * width).fill(Number.NaN), [16, width]);
  const run = trainDictionary({ kernels, config, state, batches: [broken] });
  await expect(run.next()).rejects.toThrow(UserError);
  expect(await kernels.read(state.weights.encoder)).toEqual(before);
  expect(state.step).toBe(0);
});

test("weights that are not finite are not snapshot", async () => {
  const config = configure({ activations: 16, batch: 16 });
  const state = createState(config);
  for await (const event of trainDictionary({ kernels, config, state, batches: batchesFrom(0, config) })) {
    if (event.kind !== "checkpoint") continue;
    kernels.fill(state.moment2.encoder, Number.POSITIVE_INFINITY);
    await expect(snapshotTrainingState(kernels, state)).rejects.toThrow(
      "encoder.moment2 holds a number that is not finite",
    );
  }
});

test("an aborted run ends with a checkpoint of the step it reached", async () => {
  const config = configure({ activations: 100 * 16, batch: 16 });
  const controller = new AbortController();
  controller.abort();
  const { events } = await collect(config, createState(config), controller.signal);
  expect(events.map((event) => [event.kind, event.step])).toEqual([
    ["step", 1],
    ["checkpoint", 1],
  ]);
});

test("training that is already at its end gives its checkpoint once more, so that what was not yet kept of it can be", async () => {
  const config = configure({ activations: 2 * 128 });
  const state = createState(config);
  const trained = await collect(config, state);
  const again = await collect(config, restoreTrainingState(kernels, trained.snapshots.at(-1)!));
  expect(again.events).toEqual([{ kind: "checkpoint", step: 2 }]);
  expect(again.snapshots).toEqual(trained.snapshots);
});

test("activations that run out say so", async () => {
  const config = configure({ activations: 5 * 16, batch: 16 });
  const batches = [kernels.upload(data.rows(0, 16), [16, width])];
  const run = async () => {
    for await (const event of trainDictionary({ kernels, config, state: createState(config), batches })) void event;
  };
  await expect(run).rejects.toThrow("ran out after 1 of 5 steps");
});

test("a checkpoint with a missing or misshapen tensor is refused by name", async () => {
  const config = configure({ activations: 16, batch: 16 });
  const { snapshots } = await collect(config, createState(config));
  const tensors = new Map(snapshots[0]!.tensors);
  tensors.delete("decoder.moment1");
  expect(() => restoreTrainingState(kernels, { ...snapshots[0]!, tensors })).toThrow("decoder.moment1 is missing");
});

test("windows that overlap are no configuration", () => {
  const resampling = { kind: "steps", at: [100, 150], window: 60 };
  expect(dictionaryConfigSchema.safeParse({ resampling }).success).toBe(false);
  expect(dictionaryConfigSchema.safeParse({ lambda: 1 }).success).toBe(false);
});
