import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { createAutoencoder } from "./autoencoder.ts";
import { createInputWeigher, type WeighInputsOptions } from "./weigh-inputs.ts";

const kernels = createReferenceKernels();
const [rows, features, width] = [7, 9, 4];

function drawNumbers(name: string, length: number): number[] {
  const stream = createRandomStream(1, name);
  return Array.from({ length }, (_, index) => stream.normal(index));
}

const encoder = drawNumbers("encoder", features * width);
const decoder = drawNumbers("decoder", features * width);
const encoderBias = drawNumbers("encoder bias", features);
const decoderBias = drawNumbers("decoder bias", width);
const inputs = drawNumbers("inputs", rows * width);
const upload = (values: number[], shape: number[]) => kernels.upload(Float32Array.from(values), shape);
const dictionary = createAutoencoder(kernels, {
  encoder: upload(encoder, [features, width]),
  encoderBias: upload(encoderBias, [features]),
  decoder: upload(decoder, [features, width]),
  decoderBias: upload(decoderBias, [width]),
});

/** The error and the penalty of each row, written out from the definition. */
function measurePlainly(weighted: boolean): { readonly error: number; readonly penalty: number }[] {
  return Array.from({ length: rows }, (_, row) => {
    const x = inputs.slice(row * width, (row + 1) * width);
    const reconstruction = [...decoderBias];
    let penalty = 0;
    for (let i = 0; i < features; i++) {
      const w = encoder.slice(i * width, (i + 1) * width);
      const d = decoder.slice(i * width, (i + 1) * width);
      const f = Math.max(0, w.reduce((sum, value, j) => sum + value * (x[j]! - decoderBias[j]!), 0) + encoderBias[i]!);
      penalty += f * (weighted ? Math.hypot(...d) : 1);
      for (const [j, value] of d.entries()) reconstruction[j]! += f * value;
    }
    return { error: Math.hypot(...x.map((value, j) => value - reconstruction[j]!)), penalty };
  });
}

async function weigh(options: Partial<WeighInputsOptions>): Promise<Float64Array> {
  const defaults: WeighInputsOptions = {
    drawBy: "squared-loss",
    penaltyInLoss: true,
    l1SumOfSquares: 0.7,
    l1Weighting: "none",
  };
  const weigher = await createInputWeigher(kernels, dictionary, { ...defaults, ...options });
  const weights = await weigher.weigh(upload(inputs, [rows, width]));
  weigher.release();
  return weights;
}

test("step 3: an input weighs the square of its loss, penalty included", async () => {
  const wanted = measurePlainly(false).map(({ error, penalty }) => (error ** 2 + 0.7 * penalty) ** 2);
  expect(await weigh({})).toBeAllClose(wanted, { relative: 1e-5 });
});

test("the penalty can be left out of the loss", async () => {
  const wanted = measurePlainly(false).map(({ error }) => error ** 4);
  expect(await weigh({ penaltyInLoss: false })).toBeAllClose(wanted, { relative: 1e-5 });
});

test("the penalty is weighed by decoder norms where the recipe's is", async () => {
  const wanted = measurePlainly(true).map(({ error, penalty }) => (error ** 2 + 0.7 * penalty) ** 2);
  expect(await weigh({ l1Weighting: "decoder-norm" })).toBeAllClose(wanted, { relative: 1e-5 });
});

test("dictionary-learning weighs an input by the length of its error, not squared and without the penalty", async () => {
  const wanted = measurePlainly(false).map(({ error }) => error);
  expect(await weigh({ drawBy: "error-norm" })).toBeAllClose(wanted, { relative: 1e-5 });
});
