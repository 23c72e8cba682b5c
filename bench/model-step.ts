import { parseArgs } from "node:util";
import type { Kernels, Tensor } from "../src/kernels/kernels.ts";
import { selectKernels } from "../src/kernels/select.ts";
import { modelConfigSchema } from "../src/model/config.ts";
import { createParameters } from "../src/model/parameters.ts";
import type { TokenBatch } from "../src/model/token-batch.ts";
import { ModelTrainer } from "../src/model/trainer.ts";
import { createTransformer } from "../src/model/transformer.ts";
import { createRandomStream } from "../src/numerics/random.ts";

/** `npm run bench -- model-step [--batch 32] [--context 128] [--vocab 4096] [--threads 2] [--level avx2] [--steps 10] [--profile] [--json]`: whole training steps. */
const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "32" },
    context: { type: "string", default: "128" },
    vocab: { type: "string", default: "4096" },
    threads: { type: "string" },
    level: { type: "string" },
    backend: { type: "string", default: "native" },
    steps: { type: "string", default: "10" },
    profile: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const WARM_UP = 2;
const [batch, context, vocabulary, steps] = [values.batch, values.context, values.vocab, values.steps].map(Number) as [
  number,
  number,
  number,
  number,
];
const UPDATE = {
  ...{ learningRate: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, maxNorm: 1 },
};

await main();

async function main(): Promise<void> {
  const device = await selectKernels({
    backend: values.backend as "native" | "reference",
    ...(values.threads !== undefined && { threads: Number(values.threads) }),
    ...(values.level !== undefined && { level: values.level as "avx512" | "avx2" | "baseline" | "neon" }),
  });
  const spent = new Map<string, number>();
  const kernels = values.profile ? withProfile(device, spent) : device;
  const config = modelConfigSchema.parse({ vocabularySize: vocabulary, contextLength: context });
  const model = createTransformer(kernels, config, createParameters(kernels, config, 0));
  const trainer = new ModelTrainer(model, batch);
  const tokens = randomBatch(kernels);
  const seconds: number[] = [];
  let firstLoss = 0;
  for (let step = 1; step <= steps + WARM_UP; step++) {
    if (step === WARM_UP + 1) spent.clear();
    const start = performance.now();
    trainer.addGradients(tokens);
    if (step === 1) firstLoss = await trainer.takeLoss();
    trainer.update({ ...UPDATE, step });
    if (step > WARM_UP) seconds.push((performance.now() - start) / 1000);
  }
  const middle = seconds.toSorted((a, b) => a - b)[Math.floor(steps / 2)]!;
  const result = {
    name: "model-step",
    tokensPerSecond: Math.round((batch * context) / middle),
    bestTokensPerSecond: Math.round((batch * context) / Math.min(...seconds)),
    ...{ batch, context, vocabulary, threads: kernels.threads, level: kernels.level },
    msPerStep: Math.round(middle * 1e4) / 10,
    lossAtStep0: Math.round(firstLoss * 1e4) / 1e4,
    uniformLoss: Math.round(Math.log(vocabulary) * 1e4) / 1e4,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else for (const [name, value] of Object.entries(result)) process.stdout.write(`${name.padEnd(20)} ${value}\n`);
  const shares = [...spent].sort((a, b) => b[1] - a[1]);
  for (const [op, time] of shares) process.stderr.write(`${op.padEnd(56)} ${(time / steps).toFixed(3)} ms\n`);
}

function randomBatch(kernels: Kernels): TokenBatch {
  const stream = createRandomStream(0, "bench tokens");
  const draw = (offset: number) =>
    Int32Array.from({ length: batch * context }, (_, i) => stream.integer(i + offset, vocabulary));
  const upload = (data: Int32Array) => kernels.upload(data, [data.length]);
  return { batch, context, tokens: upload(draw(0)), targets: upload(draw(batch * context)) };
}

/** The kernels with the milliseconds of processor time of each op, products by shape, added to `spent`. */
function withProfile(kernels: Kernels, spent: Map<string, number>): Kernels {
  const timed = (name: string, call: (...values: unknown[]) => unknown) => {
    return (...values: unknown[]) => {
      const start = process.cpuUsage();
      const result = call(...values);
      const { user, system } = process.cpuUsage(start);
      const shapes = values.filter((value): value is Tensor => (value as Tensor | null)?.handle !== undefined);
      const label = name === "gemm" ? `${name} ${shapes.map(({ shape }) => shape.join("x")).join(" ")}` : name;
      spent.set(label, (spent.get(label) ?? 0) + (user + system) / 1000);
      return result;
    };
  };
  const entries = Object.entries(kernels).map(([name, member]) => [
    name,
    typeof member === "function" ? timed(name, member as (...values: unknown[]) => unknown) : member,
  ]);
  return Object.fromEntries(entries) as Kernels;
}
