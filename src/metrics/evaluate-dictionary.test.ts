import { expect, test } from "vitest";
import { readMetricsFixture } from "../../test/parity/fixtures.ts";
import { createAutoencoder } from "../autoencoder/autoencoder.ts";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { initialiseAutoencoder } from "../autoencoder/initialise.ts";
import { createNeuronDictionary } from "../autoencoder/neuron-dictionary.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { modelConfigSchema } from "../model/config.ts";
import { measureValidation } from "../model/evaluate.ts";
import { parameterShapes, uploadParameters } from "../model/parameters.ts";
import { createTransformer, forward, type Hook } from "../model/transformer.ts";
import { computeLogits } from "../model/unembed.ts";
import { createWorkspace } from "../model/workspace.ts";
import { createRandomStream } from "../numerics/random.ts";
import type { TokenStream } from "../text/contexts.ts";
import {
  type DictionaryEvaluation,
  type EvaluateDictionaryOptions,
  evaluateDictionary,
} from "./evaluate-dictionary.ts";

const kernels = createReferenceKernels();
const site = "blocks.0.mlp.hook_post";
const config = modelConfigSchema.parse({ dModel: 8, heads: 2, dMlp: 12, contextLength: 6, vocabularySize: 11 });
const context = config.contextLength;
const width = config.dMlp;
const contexts = 5;
const random = createRandomStream(2, "model");
const model = createTransformer(
  kernels,
  config,
  uploadParameters(
    kernels,
    config,
    new Map(
      [...parameterShapes(config)].map(([name, shape], index) => {
        const size = shape.reduce((a, b) => a * b, 1);
        const data = Float32Array.from({ length: size }, (_, i) => 0.5 * random.normal(i + 1000 * index));
        return [name, { shape, data }];
      }),
    ),
  ),
);
const stream: TokenStream = {
  tokens: Uint16Array.from({ length: contexts * context + 3 }, (_, i) => random.integer(90_000 + i, 11)),
  documentStarts: Uint32Array.of(0),
  documentLabels: [{}],
};
const meanActivation = Float32Array.from({ length: width }, (_, i) => 0.1 * i);
const weights = initialiseAutoencoder(
  kernels,
  { features: 20, width, encoderInitialisation: "tied", encoderScale: 0.7, seed: 9 },
  meanActivation,
);
const autoencoder = createAutoencoder(kernels, weights);

async function evaluate(
  dictionary: Dictionary,
  changes: Partial<EvaluateDictionaryOptions> = {},
): Promise<DictionaryEvaluation> {
  const run = evaluateDictionary({ model, dictionary, site, stream, meanActivation, batch: 2, ...changes });
  for (;;) {
    const { value, done } = await run.next();
    if (done) return value;
  }
}

/** Logits of all contexts and the activations at the site, in one pass of its own. */
async function runModel(hook?: Hook): Promise<{ logits: number[][]; activations: number[][] }> {
  const N = contexts * context;
  const workspace = createWorkspace(model, contexts);
  const tokens = kernels.upload(Int32Array.from(stream.tokens.subarray(0, N)), [N]);
  const seen = kernels.create([N, width]);
  const observe: Hook = (activation, places) => {
    kernels.copy(seen, activation);
    hook?.(activation, places);
  };
  const hidden = forward(model, workspace, tokens, { hooks: { [site]: observe } });
  const logits = kernels.create([N, config.vocabularySize]);
  computeLogits(model, logits, hidden);
  return { logits: await readRows(logits), activations: await readRows(seen) };
}

async function readRows(tensor: Tensor): Promise<number[][]> {
  const values = await kernels.read(tensor);
  const [rows = 0, columns = 0] = tensor.shape;
  return Array.from({ length: rows }, (_, row) => [...values.subarray(row * columns, (row + 1) * columns)]);
}

const logSoftmax = (row: number[]): number[] => {
  const logSum = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
  return row.map((value) => value - logSum);
};
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const crossEntropyOf = (logits: number[][]): number =>
  mean(logits.map((row, i) => -logSoftmax(row)[stream.tokens[i + 1]!]!));
const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);

test("every metric is what its definition gives, computed separately", async () => {
  const { metrics, activity } = await evaluate(autoencoder);
  const clean = await runModel();
  const N = contexts * context;
  const f = kernels.create([N, 20]);
  const x = kernels.upload(Float32Array.from(clean.activations.flat()), [N, width]);
  kernels.addRow(x, x, weights.decoderBias, -1);
  kernels.gemm(f, x, weights.encoder, { transposeB: true, bias: weights.encoderBias, epilogue: "relu" });
  const codes = await readRows(f);
  const decoder = await readRows(weights.decoder);
  const reconstruction = codes.map((row) =>
    Array.from(meanActivation, (bias, j) => row.reduce((sum, value, i) => sum + value * decoder[i]![j]!, bias)),
  );
  const replace = (values: number[][]): Hook => {
    return (activation) => kernels.write(activation, Float32Array.from(values.flat()));
  };
  const reconstructed = await runModel(replace(reconstruction));
  const zero = await runModel(replace(codes.map(() => new Array<number>(width).fill(0))));
  const meanAblated = await runModel(replace(codes.map(() => [...meanActivation])));
  const losses = [clean, zero, meanAblated, reconstructed].map(({ logits }) => crossEntropyOf(logits));
  const [cleanLoss, zeroLoss, meanLoss, reconstructedLoss] = losses as [number, number, number, number];
  expect(Object.values(metrics.crossEntropy)).toEqual(losses.map((loss) => expect.closeTo(loss, 5)));
  expect(metrics.lossRecovered.zero).toBeCloseTo((zeroLoss - reconstructedLoss) / (zeroLoss - cleanLoss), 4);
  expect(metrics.lossRecovered.mean).toBeCloseTo((meanLoss - reconstructedLoss) / (meanLoss - cleanLoss), 4);
  const divergences = clean.logits.map((row, i) => {
    const [p, q] = [logSoftmax(row), logSoftmax(reconstructed.logits[i]!)];
    return p.reduce((sum, value, k) => sum + Math.exp(value) * (value - q[k]!), 0);
  });
  expect(metrics.kl).toBeCloseTo(mean(divergences), 5);
  expect(metrics.l0).toBeCloseTo(mean(codes.map((row) => row.filter((value) => value > 0).length)), 9);
  expect([...activity.counts]).toEqual(Array.from({ length: 20 }, (_, i) => codes.filter((row) => row[i]! > 0).length));
  expect([...activity.maxima]).toEqual(
    Array.from({ length: 20 }, (_, i) => expect.closeTo(Math.max(...codes.map((row) => row[i]!)), 5)),
  );
  const centre = Array.from({ length: width }, (_, j) => mean(clean.activations.map((row) => row[j]!)));
  const errors = clean.activations.map((row, i) => squares(row.map((value, j) => value - reconstruction[i]![j]!)));
  const deviations = clean.activations.map((row) => squares(row.map((value, j) => value - centre[j]!)));
  expect(metrics.explainedVariance).toBeCloseTo(1 - mean(errors) / mean(deviations), 5);
  expect(metrics.evaluationTokens).toBe(N);
});

test("explained variance subtracts the mean and counts a constant error, as an independent implementation does", async () => {
  const { x, reconstruction, explainedVariance, wrongUncentred, ignoringConstantError } =
    readMetricsFixture().explainedVariance;
  const rows = x.shape[0]!;
  const columns = x.shape[1]!;
  const small = createTransformer(kernels, ...smallModel(columns, rows / 4));
  const values = kernels.upload(Float32Array.from(reconstruction.data), [...reconstruction.shape]);
  // The "dictionary" answers with the fixture's reconstruction; the activations are put in place of the model's own.
  const dictionary: Dictionary = {
    ...createNeuronDictionary(kernels, columns),
    decode: (out) => kernels.copy(out, values),
  };
  const tokens = new Uint16Array(rows + 1);
  const fixed = {
    ...small,
    kernels: { ...kernels, copy: substituteActivations(Float32Array.from(x.data), rows * columns) },
  };
  const { metrics } = await evaluate(dictionary, {
    model: fixed,
    stream: { ...stream, tokens },
    meanActivation: new Float32Array(columns),
    batch: 4,
  });
  expect(metrics.explainedVariance).toBeCloseTo(explainedVariance, 4);
  for (const wrong of [wrongUncentred, ignoringConstantError]) {
    expect(Math.abs(metrics.explainedVariance - wrong)).toBeGreaterThan(1e-3);
  }
});

function smallModel(dMlp: number, contextLength: number) {
  const shape = modelConfigSchema.parse({ dModel: 4, heads: 1, dMlp, contextLength, vocabularySize: 3 });
  const arrays = [...parameterShapes(shape)].map(([name, dims], index) => {
    const size = dims.reduce((a, b) => a * b, 1);
    return [
      name,
      { shape: dims, data: Float32Array.from({ length: size }, (_, i) => random.normal(i + 7000 + index)) },
    ] as const;
  });
  return [shape, uploadParameters(kernels, shape, new Map(arrays))] as const;
}

/** `copy` whose first call, which keeps the site's activations, writes the given ones instead. */
function substituteActivations(values: Float32Array, size: number): typeof kernels.copy {
  let first = true;
  return (out, source) => {
    if (first && out.shape.reduce((a, b) => a * b, 1) === size) kernels.write(out, values);
    else kernels.copy(out, source);
    first = false;
  };
}

test("neurons as a dictionary recover everything exactly", async () => {
  const { metrics } = await evaluate(createNeuronDictionary(kernels, width));
  expect(metrics.lossRecovered).toEqual({ zero: 1, mean: 1 });
  expect(metrics.kl).toBe(0);
  expect(metrics.explainedVariance).toBe(1);
  expect(metrics.crossEntropy.reconstructed).toBe(metrics.crossEntropy.clean);
});

test("the batch's size and the mean activation's distance from the true mean change nothing they should not", async () => {
  const { metrics, activity } = await evaluate(autoencoder, { batch: 5 });
  const split = await evaluate(autoencoder, { batch: 3 });
  expect(split.metrics.kl).toBeCloseTo(metrics.kl, 6);
  expect(split.metrics.crossEntropy).toEqual(
    Object.fromEntries(Object.entries(metrics.crossEntropy).map(([name, value]) => [name, expect.closeTo(value, 6)])),
  );
  expect(split.activity).toEqual(activity);
  const shifted = await evaluate(autoencoder, { meanActivation: meanActivation.map((value) => value + 3) });
  expect(shifted.metrics.explainedVariance).toBeCloseTo(metrics.explainedVariance, 4);
  expect(shifted.metrics.crossEntropy.meanAblated).not.toBeCloseTo(metrics.crossEntropy.meanAblated, 2);
});

test("intervals contain their estimates and have width where contexts differ", async () => {
  const { metrics } = await evaluate(autoencoder);
  for (const name of ["l0", "explainedVariance", "kl"] as const) {
    const [low, high] = metrics.intervals[name];
    expect(low).toBeLessThan(metrics[name]);
    expect(high).toBeGreaterThan(metrics[name]);
  }
});

test("progress counts contexts, and a limit on them is kept", async () => {
  const run = evaluateDictionary({
    model,
    dictionary: autoencoder,
    site,
    stream,
    meanActivation,
    batch: 2,
    contexts: 3,
  });
  expect((await run.next()).value).toEqual({ kind: "progress", contexts: 2, ofContexts: 3 });
  expect((await run.next()).value).toEqual({ kind: "progress", contexts: 3, ofContexts: 3 });
});

test("a dictionary of another width and a text of one context are refused", async () => {
  await expect(evaluate(createNeuronDictionary(kernels, 7))).rejects.toThrow("width 7");
  const short = { ...stream, tokens: stream.tokens.subarray(0, context + 1) };
  await expect(evaluate(autoencoder, { stream: short })).rejects.toThrow("holds 1 contexts");
});

test("fewer contexts than there are come from the whole text, not from its beginning", async () => {
  const long: TokenStream = {
    ...stream,
    // The second half is one token over and over, which the model predicts another way.
    tokens: Uint16Array.from({ length: 40 * context + 1 }, (_, i) => (i < 20 * context ? stream.tokens[i % 30]! : 3)),
  };
  const { metrics } = await evaluate(createNeuronDictionary(kernels, width), { stream: long, contexts: 12 });
  const sample = await measureValidation(model, long, { batch: 4, contexts: 12 });
  const beginning = await measureValidation(
    model,
    { ...long, tokens: long.tokens.subarray(0, 12 * context + 1) },
    { batch: 4 },
  );
  expect(metrics.evaluationContexts).toBe(12);
  expect(metrics.crossEntropy.clean).toBeCloseTo(sample.loss, 5);
  expect(Math.abs(metrics.crossEntropy.clean - beginning.loss)).toBeGreaterThan(0.01);
});
