import { expect, test } from "vitest";
import { createAutoencoder } from "../autoencoder/autoencoder.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { evaluateReconstruction, type ReconstructionEvaluation } from "./evaluate-reconstruction.ts";

const kernels = createReferenceKernels();
const [features, width, rows] = [9, 4, 23];
const random = createRandomStream(3, "reconstruction");
const draw = (size: number, first: number) => Float32Array.from({ length: size }, (_, i) => random.normal(first + i));
const weights = {
  encoder: draw(features * width, 0),
  encoderBias: draw(features, 100),
  decoder: draw(features * width, 200),
  decoderBias: draw(width, 300),
};
const x = draw(rows * width, 400);
const dictionary = createAutoencoder(kernels, {
  encoder: kernels.upload(weights.encoder, [features, width]),
  encoderBias: kernels.upload(weights.encoderBias, [features]),
  decoder: kernels.upload(weights.decoder, [features, width]),
  decoderBias: kernels.upload(weights.decoderBias, [width]),
});

async function evaluate(chunk: number, count = rows, groupRows = 2): Promise<ReconstructionEvaluation> {
  function* cut(): Generator<Tensor> {
    for (let first = 0; first < count; first += chunk) {
      const size = Math.min(chunk, count - first);
      yield kernels.upload(x.slice(first * width, (first + size) * width), [size, width]);
    }
  }
  const meanActivation = Float32Array.of(3, -2, 1, 0);
  const evaluation = evaluateReconstruction({ kernels, dictionary, rows: cut(), groupRows, meanActivation });
  for (;;) {
    const next = await evaluation.next();
    if (next.done) return next.value;
  }
}

/** f = max(0, E (x - b) + e) and x' = D^T f + b, written out. */
function reconstruct(row: Float32Array): { active: number[]; out: number[] } {
  const f = Array.from({ length: features }, (_, i) => {
    const sum = row.reduce((s, v, j) => s + weights.encoder[i * width + j]! * (v - weights.decoderBias[j]!), 0);
    return Math.max(0, sum + weights.encoderBias[i]!);
  });
  const out = Array.from(weights.decoderBias, (b, j) =>
    f.reduce((s, v, i) => s + v * weights.decoder[i * width + j]!, b),
  );
  return { active: f.flatMap((v, i) => (v > 0 ? [i] : [])), out };
}

test("L0, explained variance and every feature's density are those of the definitions", async () => {
  const { metrics, activity } = await evaluate(8);
  const rowsOfX = Array.from({ length: rows }, (_, r) => x.slice(r * width, (r + 1) * width));
  const made = rowsOfX.map(reconstruct);
  const mean = Array.from({ length: width }, (_, j) => rowsOfX.reduce((s, row) => s + row[j]!, 0) / rows);
  const squared = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((s, v, j) => s + (v - b[j]!) ** 2, 0);
  const error = rowsOfX.reduce((s, row, r) => s + squared(row, made[r]!.out), 0);
  const variance = rowsOfX.reduce((s, row) => s + squared(row, mean), 0);
  expect(metrics.l0).toBeCloseTo(made.reduce((s, { active }) => s + active.length, 0) / rows, 10);
  expect(metrics.explainedVariance).toBeCloseTo(1 - error / variance, 4);
  const counts = Array.from({ length: features }, (_, i) => made.filter(({ active }) => active.includes(i)).length);
  expect([...activity.counts]).toEqual(counts);
  expect(metrics).toMatchObject({ features, evaluationTokens: rows, evaluationContexts: 12 });
  expect(metrics.intervals.l0[0]).toBeLessThan(metrics.l0);
  expect("lossRecovered" in metrics).toBe(false);
});

test("how the rows are cut plays no part", async () => {
  const whole = await evaluate(rows + 1);
  const pieces = await evaluate(4);
  expect(pieces.metrics.l0).toBe(whole.metrics.l0);
  expect(pieces.metrics.explainedVariance).toBeCloseTo(whole.metrics.explainedVariance, 6);
  expect(pieces.activity).toEqual(whole.activity);
});

test("fewer than two groups are refused", async () => {
  await expect(evaluate(8, 2)).rejects.toThrow(/2 activation vectors are held out, too few/);
  await expect(evaluate(8, 0)).rejects.toThrow(/too few/);
});
