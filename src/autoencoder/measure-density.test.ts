import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import { createSuperposition } from "../activations/superposition.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { autoencoderWeightNames } from "./autoencoder.ts";
import { dictionaryConfigSchema } from "./config.ts";
import { createInitialState } from "./initialise.ts";
import { isLook } from "./measure-density.ts";
import { trainDictionary } from "./train.ts";
import type { DictionaryDensityEvent } from "./training-events.ts";

const kernels = createReferenceKernels();
const [features, width, batch, steps] = [40, 12, 16, 7];
const data = createSuperposition({ features: 20, width, active: 4, offset: 0.3, seed: 2 });
const statistics = {
  mean: new Float32Array(width),
  geometricMedian: Float32Array.from({ length: width }, (_, i) => i / 20),
  meanNorm: 2,
};

/** Looks at weights that a tiny learning rate leaves where they are. */
async function look(preEncoderBias: boolean, denseAbove: number) {
  const config = dictionaryConfigSchema.parse({
    ...{ features, batch, activations: steps * batch, looks: 2, learningRate: 1e-12, encoderBias: "uniform" },
    ...{ decoderNorm: "free", gradientProjection: false, encoderInitialisation: "kaiming-relu", decoderScale: 0.7 },
    ...{ activationScaling: "sqrt-width", preEncoderBias },
  });
  const state = createInitialState(kernels, config, statistics);
  const batches = Array.from({ length: steps }, (_, step) =>
    kernels.upload(data.rows(step * batch, batch), [batch, width]),
  );
  const events: DictionaryDensityEvent[] = [];
  for await (const event of trainDictionary({ kernels, config, state, batches, denseAbove }))
    if (event.kind === "density") events.push(event);
  const weights = new Map<string, Float32Array>();
  for (const name of autoencoderWeightNames) weights.set(name, await kernels.read(state.weights[name]));
  return { events, weights, scale: state.activationScale };
}

test.each([
  [true, features],
  [true, 0],
  [false, features],
])(
  "a look's firings, norms, biases and alignments are those of plain loops (pre-encoder bias %s, dense above %i)",
  async (preEncoderBias, denseAbove) => {
    const { events, weights, scale } = await look(preEncoderBias, denseAbove);
    expect(events.map(({ step, vectors }) => [step, vectors])).toEqual([
      [4, 4 * batch],
      [7, 3 * batch],
    ]);
    const row = (name: string, i: number) => Array.from(weights.get(name)!.subarray(i * width, (i + 1) * width));
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, j) => sum + value * b[j]!, 0);
    const decoderBias = row("decoderBias", 0);
    for (const { counts, decoderNorms, encoderBias, alignment, step } of events) {
      const inputs = Array.from(
        data.rows(step === 4 ? 0 : 4 * batch, (step === 4 ? 4 : 3) * batch),
        (value) => value * scale,
      );
      for (let i = 0; i < features; i++) {
        const [encoder, decoder, bias] = [row("encoder", i), row("decoder", i), weights.get("encoderBias")![i]!];
        const input = (first: number) =>
          encoder.map((_, j) => inputs[first + j]! - (preEncoderBias ? decoderBias[j]! : 0));
        const firings = Array.from({ length: inputs.length / width }, (_, n) => dot(encoder, input(n * width)) + bias);
        expect(counts[i]).toBe(firings.filter((value) => value > 0).length);
        const norm = Math.hypot(...decoder);
        const missing = preEncoderBias ? 0 : dot(encoder, decoderBias);
        expect(encoderBias[i]).toBeCloseTo(((bias + missing) * norm) / scale, 5);
        expect(alignment[i]).toBeCloseTo(dot(encoder, decoder) / norm / Math.hypot(...encoder), 5);
      }
      for (const value of Object.values(decoderNorms)) expect(value).toBeCloseTo(0.7, 5);
      expect(decoderNorms.min).toBeLessThanOrEqual(decoderNorms.max);
    }
  },
);

test("looks are spread evenly and the last is at the end; none are asked for, none come", () => {
  const at = (steps: number, looks: number) =>
    Array.from({ length: steps }, (_, i) => i + 1).filter((step) => isLook(step, steps, looks));
  expect(at(100, 4)).toEqual([25, 50, 75, 100]);
  expect(at(3, 40)).toEqual([1, 2, 3]);
  expect(at(7, 2)).toEqual([4, 7]);
  expect(at(10, 0)).toEqual([]);
});
