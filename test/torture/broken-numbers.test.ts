import { describe, expect, test } from "vitest";
import { createSuperposition } from "../../src/activations/superposition.ts";
import { autoencoderWeightNames } from "../../src/autoencoder/autoencoder.ts";
import { dictionaryConfigSchema } from "../../src/autoencoder/config.ts";
import { createInitialState } from "../../src/autoencoder/initialise.ts";
import { trainDictionary } from "../../src/autoencoder/train.ts";
import {
  type DictionarySnapshot,
  snapshotTrainingState,
  type TrainingState,
} from "../../src/autoencoder/training-state.ts";
import type { Kernels, Tensor } from "../../src/kernels/kernels.ts";
import { UserError } from "../../src/numerics/user-error.ts";
import { backends } from "../support/backends.ts";

const WIDTH = 16;
const STEPS = 12;
/** The broken number comes with this batch; dead features are replaced after it where the test says so. */
const BROKEN = 6;
const data = createSuperposition({ features: 32, width: WIDTH, active: 2, offset: 0.3, seed: 5 });
const statistics = { mean: new Float32Array(WIDTH), geometricMedian: new Float32Array(WIDTH), meanNorm: 1 };
const config = dictionaryConfigSchema.parse({
  features: 48,
  batch: 16,
  activations: 16 * STEPS,
  looks: 0,
  logEvery: 1,
});

const NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30];
const STEP_KINDS = {
  sparse: {},
  dense: { denseAbove: 0 },
  tied: { decoder: "tied", encoderScale: 1 },
  topk: { kind: "topk", k: 4, l1: 0 },
  "batch-topk": { kind: "batch-topk", k: 4, l1: 0 },
  resampling: {
    resampling: { kind: "steps", at: [BROKEN + 1], window: 1, inputs: 16 },
  },
} as const;

interface Outcome {
  readonly error: unknown;
  readonly stepsTaken: number;
  readonly snapshots: readonly DictionarySnapshot[];
}

/** Trains while `spoil` may change the state, and the batch, before the step of batch `BROKEN`. */
async function train(
  kernels: Kernels,
  kind: keyof typeof STEP_KINDS,
  spoil: (state: TrainingState, batch: Tensor) => Promise<void>,
  checkpointEvery: number,
): Promise<Outcome> {
  const { denseAbove, ...switches } = { denseAbove: Number.POSITIVE_INFINITY, ...STEP_KINDS[kind] };
  const chosen = dictionaryConfigSchema.parse({ ...config, ...switches, checkpointEvery });
  const state = createInitialState(kernels, { ...chosen }, statistics);
  const upload = (first: number) =>
    kernels.upload(data.rows(first * chosen.batch, chosen.batch), [chosen.batch, WIDTH]);
  async function* batches() {
    for (let index = 0; ; index++) {
      const batch = upload(index);
      if (index === BROKEN) await spoil(state, batch);
      yield batch;
    }
  }
  const snapshots: DictionarySnapshot[] = [];
  const resamplingInputs = () => [upload(1000)];
  try {
    const options = { kernels, config: chosen, state, batches: batches(), resamplingInputs, denseAbove };
    for await (const event of trainDictionary(options))
      if (event.kind === "checkpoint") snapshots.push(await snapshotTrainingState(kernels, state));
    return { error: undefined, stepsTaken: state.step, snapshots };
  } catch (error) {
    return { error, stepsTaken: state.step, snapshots };
  }
}

/** Puts a value in the middle of a tensor: into its middle row. */
async function put(kernels: Kernels, tensor: Tensor, value: number): Promise<void> {
  const values = await kernels.read(tensor);
  values[Math.floor(values.length / 2)] = value;
  kernels.write(tensor, values);
}

/** Puts a value into a feature's row after making sure that no loss shows the feature. */
async function putIntoSilent(kernels: Kernels, { weights }: TrainingState, tensor: Tensor, value: number) {
  await put(kernels, weights.encoderBias, -1e4);
  await put(kernels, tensor, value);
}

type Place = (kernels: Kernels, state: TrainingState, batch: Tensor, value: number) => Promise<void>;

const PLACES: Readonly<Record<string, Place>> = {
  "an activation": (kernels, _state, batch, value) => put(kernels, batch, value),
  ...Object.fromEntries(
    autoencoderWeightNames.flatMap((name): (readonly [string, Place])[] => [
      [name, (kernels, { weights }, _batch, value) => put(kernels, weights[name], value)],
      [
        `a silent feature's ${name}`,
        (kernels, state, _, value) => putIntoSilent(kernels, state, state.weights[name], value),
      ],
      // What a gradient that is no number leaves.
      [`${name}'s first moment`, (kernels, { moment1 }, _batch, value) => put(kernels, moment1[name], value)],
      [`${name}'s second moment`, (kernels, { moment2 }, _batch, value) => put(kernels, moment2[name], value)],
    ]),
  ),
};

function holdsNumbers(snapshot: DictionarySnapshot): boolean {
  return [...snapshot.tensors.values()].every(({ data: values }) => values.every(Number.isFinite));
}

describe.each([backends[0]!, backends.at(-1)!])("$name", ({ create }) => {
  const kernels = create(1);
  const spoilAt =
    (place: string, value: number) =>
    (state: TrainingState, batch: Tensor): Promise<void> =>
      PLACES[place]!(kernels, state, batch, value);

  describe.each(Object.keys(STEP_KINDS) as (keyof typeof STEP_KINDS)[])("a %s step", (kind) => {
    test("runs through where nothing is broken, also where replaced features make the loss jump", async () => {
      const { error, snapshots } = await train(kernels, kind, async () => {}, 1);
      expect(error).toBeUndefined();
      expect(snapshots).toHaveLength(STEPS);
    });

    test.each(Object.keys(PLACES))(
      "%s that is no number, or huge, is in no checkpoint, and the ones before stay",
      async (place) => {
        for (const value of NUMBERS) {
          const { snapshots } = await train(kernels, kind, spoilAt(place, value), 1);
          expect(snapshots.every(holdsNumbers), String(value)).toBe(true);
          expect(snapshots.length, String(value)).toBeGreaterThanOrEqual(BROKEN);
        }
      },
    );

    test.each(Object.keys(PLACES))(
      "%s that is no number stops training in that step, with a sentence",
      async (place) => {
        for (const value of NUMBERS.filter((number) => !Number.isFinite(number))) {
          const { error, stepsTaken } = await train(kernels, kind, spoilAt(place, value), STEPS);
          expect(error, String(value)).toBeInstanceOf(UserError);
          expect((error as Error).message).toMatch(/not finite.*lower learningRate/);
          expect(stepsTaken, String(value)).toBe(BROKEN);
        }
      },
    );
  });
});
