import { parseArgs } from "node:util";
import { createSparseCodes, type Kernels, type Tensor } from "../src/kernels/kernels.ts";
import { createNativeKernels } from "../src/kernels/native.ts";
import { createRandomStream } from "../src/numerics/random.ts";

/** `npm run bench -- kernels [--batch 32] [--context 128] [--width 128] [--heads 4] [--vocab 4096] [--threads 2] [--level avx2] [--steps 20] [--json]`: milliseconds of processor time per op. */
const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "32" },
    context: { type: "string", default: "128" },
    width: { type: "string", default: "128" },
    heads: { type: "string", default: "4" },
    vocab: { type: "string", default: "4096" },
    features: { type: "string", default: "4096" },
    threads: { type: "string", default: "1" },
    level: { type: "string" },
    steps: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});

const [B, T, D, V, m] = [values.batch, values.context, values.width, values.vocab, values.features].map(Number) as [
  number,
  number,
  number,
  number,
  number,
];
const N = B * T;
const MLP = 4 * D;
const CAPACITY = 256;
const dims = { batch: B, context: T, heads: Number(values.heads) };
const kernels = createNativeKernels({
  threads: Number(values.threads),
  ...(values.level !== undefined && { level: values.level as "avx512" | "avx2" | "baseline" | "neon" }),
});
const steps = Number(values.steps);
const scratch = new Map<string, Tensor>();
const milliseconds: Record<string, number> = {};
measureModel(kernels);
measureDictionary(kernels);
const result = { name: "kernels", level: kernels.level, threads: kernels.threads, milliseconds };
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else
  for (const [op, time] of Object.entries(milliseconds))
    process.stdout.write(`${op.padEnd(32)} ${time.toFixed(3)} ms\n`);

function measureModel(on: Kernels): void {
  const [x, dX, hidden] = [random(on, [N, D]), random(on, [N, D]), random(on, [N, MLP])];
  const [row, dGain, dBias] = [random(on, [D]), random(on, [D]), random(on, [D])];
  const [mean, deviation, out] = [on.create([N]), on.create([N]), on.create([N, D])];
  const [qkv, dQkv, logSumExp] = [random(on, [N, 3 * D]), on.create([N, 3 * D]), on.create([B, dims.heads, T])];
  const tokens = integers(on, N, V);
  const [table, positions] = [random(on, [V, D]), random(on, [T, D])];
  time("embedding", () => on.embedding(x, table, positions, tokens, T));
  time("embeddingBackward", () => on.embeddingBackward(table, positions, dX, tokens, T));
  time("layerNorm", () => on.layerNorm(out, mean, deviation, x, row, row, 1e-5));
  time("layerNormBackward", () => on.layerNormBackward(dX, dGain, dBias, out, x, row, mean, deviation));
  time("gemm qkv", () => on.gemm(qkv, x, table2(on, D, 3 * D)));
  time("causalAttention", () => on.causalAttention(out, logSumExp, qkv, dims));
  time("causalAttentionBackward", () => on.causalAttentionBackward(dQkv, x, out, logSumExp, qkv, dims));
  time("activateBackward relu", () => on.activateBackward(hidden, hidden, hidden, "relu"));
  time("activate gelu", () => on.activate(hidden, hidden, "gelu"));
  time("columnSums mlp", () => on.columnSums(on1(on, MLP), hidden));
  time("addScaled", () => on.addScaled(x, x, dX, 1));
  const logits = random(on, [N, V]);
  const other = random(on, [N, V]);
  const losses = on.create([N]);
  time("softmaxCrossEntropy loss", () => on.softmaxCrossEntropy(losses, null, logits, tokens, 1));
  time("softmaxCrossEntropy gradient", () => on.softmaxCrossEntropy(losses, other, logits, tokens, 1));
  time("klDivergence", () => on.klDivergence(losses, logits, other));
  const moves = {
    rows: integers(on, N, N),
    shiftRows: integers(on, N, N),
    targets: tokens,
    stretches: random(on, [N]),
    amounts: random(on, [N]),
    centre: random(on, [V]),
  };
  time("crossEntropyShift", () => on.crossEntropyShift(losses, logits, other, moves));
  time("gemm logits", () => on.gemm(logits, x, table, { transposeB: true }));
  time("gemm hidden gradient", () => on.gemm(out, logits, table));
  time("gemm unembedding gradient", () => on.gemm(table, logits, x, { transposeA: true, accumulate: true }));
}

function measureDictionary(on: Kernels): void {
  const x = random(on, [N, MLP]);
  const [weights, gradient, moment1, moment2] = [0, 1, 2, 3].map(() => random(on, [m, MLP])) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const bias = on.create([m]);
  on.fill(bias, -2.6 * Math.sqrt(MLP) * (0.01 / 12));
  const codes = createSparseCodes(on, N, CAPACITY);
  const out = on.create([N, MLP]);
  const [dots, sums] = [on.create([N, CAPACITY]), on.create([m])];
  time("gemm dense encoder", () => on.gemm(on1(on, N * m, [N, m]), x, weights, { transposeB: true }));
  time("encodeSparse", () => on.encodeSparse(codes, x, weights, bias));
  time("sparseDecode", () => on.sparseDecode(out, codes, codes.values, weights, null));
  time("sparseDot", () => on.sparseDot(dots, codes, x, weights, null));
  time("sparseOuter", () => on.sparseOuter(gradient, codes, codes.values, x));
  time("sparseColumnSums", () => on.sparseColumnSums(sums, codes, codes.values));
  const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, step: 1 };
  time("adamW dictionary", () => on.adamW(weights, moment1, moment2, gradient, null, adam));
  time("normaliseRows", () => on.normaliseRows(weights, weights));
  time("removeParallel", () => on.removeParallel(gradient, weights));
  time("sumOfSquares", () => on.sumOfSquares(on1(on, 1), gradient));
  void on.readInts(codes.counts).then((counts) => {
    process.stderr.write(`mean entries per row ${(counts.reduce((a, b) => a + b, 0) / N).toFixed(1)}\n`);
  });
}

/** Median processor time of one call, all threads together. */
function time(name: string, run: () => void): void {
  run();
  const times = Array.from({ length: steps }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  milliseconds[name] = times.toSorted((a, b) => a - b)[Math.floor(steps / 2)]!;
}

function on1(on: Kernels, size: number, shape = [size]): Tensor {
  const key = shape.join("x");
  const known = scratch.get(key) ?? on.create(shape);
  scratch.set(key, known);
  return known;
}

function table2(on: Kernels, rows: number, columns: number): Tensor {
  return on1(on, rows * columns, [rows, columns]);
}

function random(on: Kernels, shape: number[]): Tensor {
  const stream = createRandomStream(0, "bench", ...shape);
  const size = shape.reduce((a, b) => a * b, 1);
  const scale = 0.1;
  return on.upload(
    Float32Array.from({ length: size }, (_, i) => scale * (stream.uniform(i % 65537) - 0.5)),
    shape,
  );
}

function integers(on: Kernels, count: number, bound: number): Tensor {
  const stream = createRandomStream(0, "bench integers");
  return on.upload(
    Int32Array.from({ length: count }, (_, i) => stream.integer(i, bound)),
    [count],
  );
}
