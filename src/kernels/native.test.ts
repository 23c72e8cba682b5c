import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { nativeLevels } from "../../test/support/backends.ts";
import { requireOrSkip } from "../../test/support/requirements.ts";
import { UserError } from "../numerics/user-error.ts";
import { createSparseCodes } from "./kernels.ts";
import { createNativeKernels } from "./native.ts";

const MISSING = "the native kernels are not built";
const MEBIBYTE = 2 ** 20;

test("the best level of the processor and all its cores are the default", (context) => {
  const levels = requireOrSkip(context, nativeLevels, MISSING);
  const kernels = createNativeKernels();
  expect(kernels.level).toBe(levels[0]);
  expect(kernels.threads).toBeGreaterThanOrEqual(1);
});

test("a level the processor lacks and a senseless number of threads are usage errors", (context) => {
  requireOrSkip(context, nativeLevels, MISSING);
  expect(() => createNativeKernels({ level: "sse9" as "avx2" })).toThrow(UserError);
  expect(() => createNativeKernels({ threads: 0 })).toThrow("wanted a whole number from 1 to 1024");
});

test("release gives the memory back at once and the tensor is refused from then on", async (context) => {
  requireOrSkip(context, nativeLevels, MISSING);
  const kernels = createNativeKernels({ threads: 1 });
  const before = process.memoryUsage.rss();
  const tensor = kernels.create([64 * MEBIBYTE]);
  const view = kernels.rows(tensor, 5, 2);
  kernels.fill(tensor, 0);
  expect(process.memoryUsage.rss() - before).toBeGreaterThan(192 * MEBIBYTE);
  kernels.release(view);
  expect(await kernels.read(view)).toEqual(new Float32Array(2));
  kernels.release(tensor);
  kernels.release(tensor);
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * MEBIBYTE);
  await expect(kernels.read(view)).rejects.toThrow("used after its release");
  expect(() => kernels.fill(tensor, 1)).toThrow("used after its release");
});

test("denormals count as zero on every thread, and only inside the kernels", async (context) => {
  requireOrSkip(context, nativeLevels, MISSING);
  for (const threads of [1, 3]) {
    const kernels = createNativeKernels({ threads });
    const tiny = kernels.upload(new Float32Array(100_000).fill(1e-40), [100_000]);
    kernels.scale(tiny, tiny, 1);
    expect(new Set(await kernels.read(tiny))).toEqual(new Set([0]));
  }
  expect(Math.fround(1e-40) * 1).toBeGreaterThan(0);
});

test("an index beyond a table is refused before anything is read", (context) => {
  requireOrSkip(context, nativeLevels, MISSING);
  const kernels = createNativeKernels({ threads: 2 });
  const rows = kernels.upload(Int32Array.of(0, 7), [2]);
  const table = kernels.create([7, 3]);
  expect(() => kernels.gatherRows(kernels.create([2, 3]), table, rows)).toThrow("gatherRows: row 7, wanted 0 to 6");
});

test("codes of weights too many to pack at once are those of the dense product", async (context) => {
  requireOrSkip(context, nativeLevels, MISSING);
  const kernels = createNativeKernels({ threads: 2 });
  const [B, d, m] = [20, 1024, 9001];
  const wave = (rows: number, columns: number, step: number) =>
    kernels.upload(
      Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * step)),
      [rows, columns],
    );
  const [x, weights, bias] = [wave(B, d, 1.3), wave(m, d, 0.7), kernels.create([m])];
  const [dense, wanted, got] = [
    kernels.create([B, m]),
    createSparseCodes(kernels, B, m),
    createSparseCodes(kernels, B, m),
  ];
  kernels.gemm(dense, x, weights, { transposeB: true, bias });
  kernels.compact(wanted, dense);
  kernels.encodeSparse(got, x, weights, bias);
  expect(Math.max(...(await kernels.readInts(wanted.counts)))).toBeGreaterThan(1000);
  expect(await kernels.readInts(got.counts)).toEqual(await kernels.readInts(wanted.counts));
  expect(await kernels.readInts(got.indices)).toEqual(await kernels.readInts(wanted.indices));
  expect(await kernels.read(got.values)).toEqual(await kernels.read(wanted.values));
});

test("each worker thread has kernels of its own", async (context) => {
  requireOrSkip(context, nativeLevels, MISSING);
  const size = 300;
  const numbers = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
  const kernels = createNativeKernels({ threads: 2 });
  const [a, out] = [kernels.upload(numbers, [size, size]), kernels.create([size, size])];
  kernels.gemm(out, a, a);
  const here = await kernels.read(out);
  const elsewhere = await Promise.all([multiplyInWorker(numbers, size), multiplyInWorker(numbers, size)]);
  for (const product of elsewhere) expect(product).toEqual(here);
});

function multiplyInWorker(numbers: Float32Array, size: number): Promise<Float32Array> {
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(workerData.module).then(async ({ createNativeKernels }) => {
      const kernels = createNativeKernels({ threads: 2 });
      const { numbers, size } = workerData;
      const [a, out] = [kernels.upload(numbers, [size, size]), kernels.create([size, size])];
      kernels.gemm(out, a, a);
      parentPort.postMessage(await kernels.read(out));
    });`;
  const module = new URL("./native.ts", import.meta.url).href;
  const worker = new Worker(source, { eval: true, workerData: { numbers, size, module } });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
