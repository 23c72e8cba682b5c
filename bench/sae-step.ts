import { parseArgs } from "node:util";
import { dictionaryConfigSchema } from "../src/autoencoder/config.ts";
import { createTrainingState, type TrainingState } from "../src/autoencoder/training-state.ts";
import { createTrainingStep } from "../src/autoencoder/training-step.ts";
import { createSparseCodes, type Kernels, type Tensor } from "../src/kernels/kernels.ts";
import { createNativeKernels } from "../src/kernels/native.ts";
import { createRandomStream } from "../src/numerics/random.ts";

/**
 * `npm run bench -- sae-step [--d-in 512] [--features 4096] [--batch 4096] [--l0 20] [--threads 2] [--steps 10]
 * [--dense-input] [--level avx2] [--json]`: whole training steps of the autoencoder as `train-dictionary` takes them, in
 * milliseconds; the encoder alone and the machine's rate in a matrix product of its size beside it.
 */
const { values } = parseArgs({
  options: {
    "d-in": { type: "string", default: "512" },
    features: { type: "string", default: "4096" },
    batch: { type: "string", default: "4096" },
    l0: { type: "string", default: "20" },
    threads: { type: "string" },
    steps: { type: "string", default: "10" },
    level: { type: "string" },
    "dense-input": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const BATCHES = 4;
const WARM_UP = 3;
const SHARE_ABOVE = 0.8064; // 21 % of normal numbers exceed it, as many as neurons are active after a ReLU
const SCHEDULE = { l1: 0.5, learningRate: 1e-5 }; // so small a rate leaves L0 where it was set
const [d, m, B, l0, steps] = [values["d-in"], values.features, values.batch, values.l0, values.steps].map(Number) as [
  number,
  number,
  number,
  number,
  number,
];

await main();

async function main(): Promise<void> {
  const kernels = createNativeKernels({
    ...(values.threads !== undefined && { threads: Number(values.threads) }),
    ...(values.level !== undefined && { level: values.level as "avx512" | "avx2" | "baseline" | "neon" }),
  });
  const batches = Array.from({ length: BATCHES }, (_, i) => drawBatch(kernels, i));
  const state = await createState(kernels, batches[0]!);
  const config = dictionaryConfigSchema.parse({ features: m, batch: B, activations: B, l1: SCHEDULE.l1 });
  const step = createTrainingStep(kernels, config, state);
  const milliseconds: number[] = [];
  const active: number[] = [];
  let dense = false;
  for (let i = -WARM_UP; i < steps; i++) {
    const start = performance.now();
    const measured = await step.take(batches[(i + WARM_UP) % BATCHES]!, SCHEDULE);
    if (i >= 0) milliseconds.push(performance.now() - start);
    if (i >= 0) active.push(measured.l0);
    dense = measured.dense;
  }
  const msPerStep = median(milliseconds);
  const msEncode = timeEncoder(kernels, state, batches);
  const [encoderGflops, gemmGflops] = [rate(msEncode), rate(timeProduct(kernels, batches[0]!, state))];
  report({
    name: "sae-step",
    ...{ dIn: d, features: m, batch: B, l0: round(median(active), 2), threads: kernels.threads },
    msPerStep: round(msPerStep, 2),
    examplesPerSecond: Math.round((1000 * B) / msPerStep),
    bestExamplesPerSecond: Math.round((1000 * B) / Math.min(...milliseconds)),
    encoderGflops: round(encoderGflops, 1),
    gemmGflops: round(gemmGflops, 1),
    encoderShareOfGemm: round(encoderGflops / gemmGflops, 2),
    msEncode: round(msEncode, 2),
    msUpdate: round(msPerStep - msEncode, 2),
    ...{ path: dense ? "dense" : "sparse", denseInput: values["dense-input"], level: kernels.level },
  });
}

function drawBatch(kernels: Kernels, number: number): Tensor {
  const { normal } = createRandomStream(0, "bench inputs", number);
  const draw = values["dense-input"] ? normal : (i: number) => Math.max(0, normal(i) - SHARE_ABOVE);
  return kernels.upload(
    Float32Array.from({ length: B * d }, (_, i) => draw(i)),
    [B, d],
  );
}

/** Random unit directions for encoder and decoder, the mean of x as decoder bias, and biases with which every feature is active on the same share of x. */
async function createState(kernels: Kernels, x: Tensor): Promise<TrainingState> {
  const { normal } = createRandomStream(0, "bench directions");
  const create = () => kernels.create([m, d]);
  const [encoder, decoder] = [create(), create()];
  kernels.write(
    encoder,
    Float32Array.from({ length: m * d }, (_, i) => normal(i)),
  );
  kernels.normaliseRows(encoder, encoder);
  kernels.copy(decoder, encoder);
  const decoderBias = kernels.create([d]);
  kernels.columnSums(decoderBias, x);
  kernels.scale(decoderBias, decoderBias, 1 / B);
  const encoderBias = kernels.upload(await chooseBiases(kernels, x, encoder, decoderBias), [m]);
  return createTrainingState(kernels, { encoder, encoderBias, decoder, decoderBias });
}

async function chooseBiases(kernels: Kernels, x: Tensor, encoder: Tensor, shift: Tensor): Promise<Float32Array> {
  const [centred, products] = [kernels.create([B, d]), kernels.create([m, B])];
  kernels.addRow(centred, x, shift, -1);
  kernels.gemm(products, encoder, centred, { transposeB: true });
  const scores = await kernels.read(products);
  for (const tensor of [centred, products]) kernels.release(tensor);
  const rank = Math.min(B, Math.max(1, Math.round(B * (1 - l0 / m))));
  return Float32Array.from({ length: m }, (_, i) => -scores.subarray(i * B, (i + 1) * B).sort()[rank - 1]!);
}

/** The encoder as a step calls it: raw activations, the decoder bias folded into its own. */
function timeEncoder(kernels: Kernels, state: TrainingState, batches: readonly Tensor[]): number {
  const { encoder, encoderBias, decoderBias } = state.weights;
  const bias = kernels.create([m]);
  kernels.copy(bias, encoderBias);
  const row = kernels.reshape(bias, [1, m]);
  kernels.gemm(row, kernels.reshape(decoderBias, [1, d]), encoder, { transposeB: true, scale: -1, accumulate: true });
  const codes = createSparseCodes(kernels, B, Math.min(m, Math.max(64, Math.ceil(1.5 * l0))));
  return timeMedian((i) => kernels.encodeSparse(codes, batches[i % BATCHES]!, encoder, bias));
}

function timeProduct(kernels: Kernels, x: Tensor, { weights }: TrainingState): number {
  const out = kernels.create([B, m]);
  return timeMedian(() => kernels.gemm(out, x, weights.encoder, { transposeB: true }));
}

/** Milliseconds of one call, after two that do not count. */
function timeMedian(run: (i: number) => void): number {
  const times = Array.from({ length: steps + 2 }, (_, i) => {
    const start = performance.now();
    run(i);
    return performance.now() - start;
  });
  return median(times.slice(2));
}

function report(result: Record<string, unknown>): void {
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else for (const [name, value] of Object.entries(result)) process.stdout.write(`${name.padEnd(22)} ${value}\n`);
}

/** GFLOP/s of the product x W^T in so many milliseconds. */
function rate(milliseconds: number): number {
  return (2 * B * d * m) / milliseconds / 1e6;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
