import { parseArgs } from "node:util";
import type { Kernels } from "../src/kernels/kernels.ts";
import { createNativeKernels } from "../src/kernels/native.ts";
import { createRandomStream } from "../src/numerics/random.ts";

/** `npm run bench -- gemm --m 4096 --k 512 --n 4096 [--variant nn|nt|tn|tt] [--threads 2] [--level avx2] [--steps 20] [--json]` */
const { values } = parseArgs({
  options: {
    m: { type: "string", default: "4096" },
    k: { type: "string", default: "512" },
    n: { type: "string", default: "4096" },
    variant: { type: "string", default: "nn" },
    threads: { type: "string" },
    level: { type: "string" },
    steps: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});

const { threads, level } = values;
const kernels = createNativeKernels({
  ...(threads !== undefined && { threads: Number(threads) }),
  ...(level !== undefined && { level: level as "avx512" | "avx2" | "baseline" | "neon" }),
});
const [m, k, n] = [Number(values.m), Number(values.k), Number(values.n)];
const seconds = timeProducts(kernels, Number(values.steps));
const result = {
  name: "gemm",
  gflops: gflopsOf(median(seconds)),
  best: gflopsOf(Math.min(...seconds)),
  ...{ m, k, n, variant: values.variant, threads: kernels.threads, level: kernels.level },
};
const sentence = `gemm ${m} x ${k} x ${n} ${result.variant}: ${result.gflops} GFLOP/s (best ${result.best}), ${kernels.threads} threads, ${kernels.level}`;
process.stdout.write(`${values.json ? JSON.stringify(result) : sentence}\n`);

function timeProducts(on: Kernels, steps: number): number[] {
  const [transposeA, transposeB] = [values.variant[0] === "t", values.variant[1] === "t"];
  const a = randomMatrix(on, transposeA ? [k, m] : [m, k]);
  const b = randomMatrix(on, transposeB ? [n, k] : [k, n]);
  const out = on.create([m, n]);
  const times: number[] = [];
  for (let step = -2; step < steps; step++) {
    const start = performance.now();
    on.gemm(out, a, b, { transposeA, transposeB });
    if (step >= 0) times.push((performance.now() - start) / 1000);
  }
  return times;
}

function randomMatrix(on: Kernels, shape: [number, number]) {
  const random = createRandomStream(0, "bench", ...shape);
  return on.upload(
    Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => random.uniform(i) - 0.5),
    shape,
  );
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function gflopsOf(time: number): number {
  return Math.round((2 * m * k * n) / time / 1e8) / 10;
}
