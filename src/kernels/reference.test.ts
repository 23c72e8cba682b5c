import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import { createSparseCodes } from "./kernels.ts";
import { complementaryError } from "./reference/complementary-error.ts";
import { createReferenceKernels, readFloat64, uploadFloat64 } from "./reference.ts";

const kernels = createReferenceKernels();

test("rows and reshaped tensors share storage; what is read is a copy", async () => {
  const table = kernels.upload(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
  const before = await kernels.read(table);
  kernels.fill(kernels.rows(kernels.reshape(table, [6]), 2, 3), 9);
  expect(Array.from(await kernels.read(table))).toEqual([1, 2, 9, 9, 9, 6]);
  expect(Array.from(before)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a released tensor cannot be used, but releasing a view leaves the tensor alone", async () => {
  const tensor = kernels.upload(Float32Array.of(1, 2), [2]);
  kernels.release(kernels.rows(tensor, 0, 1));
  expect(Array.from(await kernels.read(tensor))).toEqual([1, 2]);
  kernels.release(tensor);
  expect(() => kernels.fill(tensor, 0)).toThrow("after its release");
});

test("float64 keeps what float32 rounds away", async () => {
  const precise = createReferenceKernels("float64");
  const tiny = uploadFloat64(Float64Array.of(1 + 1e-12), [1]);
  const out = precise.create([1]);
  precise.addScaled(out, tiny, uploadFloat64(Float64Array.of(1), [1]), -1);
  expect(readFloat64(out)[0]).toBeCloseTo(1e-12, 15);
  expect(readFloat64(kernels.upload(Float32Array.of(1 + 1e-12), [1]))[0]).toBe(1);
});

test("a token outside the vocabulary and a row outside the table are refused", () => {
  const table = kernels.create([3, 2]);
  const out = kernels.create([1, 2]);
  const three = kernels.upload(Int32Array.of(3), [1]);
  const losses = kernels.create([1]);
  expect(() => kernels.embedding(out, table, table, three, 1)).toThrow("embedding: row 3, wanted 0 to 2");
  expect(() => kernels.gatherRows(out, table, three)).toThrow("gatherRows: row 3");
  expect(() => kernels.softmaxCrossEntropy(losses, null, kernels.create([1, 3]), three, 1)).toThrow("target 3");
});

test("codes hold the positive entries in ascending order, and the count tells of overflow", async () => {
  const codes = createSparseCodes(kernels, 2, 2);
  kernels.compact(codes, kernels.upload(Float32Array.of(-1, 3, 0, 2, 0, 5, 6, 7), [2, 4]));
  expect(Array.from(await kernels.readInts(codes.counts))).toEqual([2, 3]);
  expect(Array.from(await kernels.readInts(codes.indices))).toEqual([1, 3, 1, 2]);
  expect(Array.from(await kernels.read(codes.values))).toEqual([3, 2, 5, 6]);
});

test("a matrix product with every option, by hand", async () => {
  const a = kernels.upload(Float32Array.of(1, 2, 3, 4), [2, 2]);
  const b = kernels.upload(Float32Array.of(1, 10, 0, -1), [2, 2]);
  const bias = kernels.upload(Float32Array.of(1, -1), [2]);
  const out = kernels.create([2, 2]);
  kernels.gemm(out, a, b, { transposeA: true, transposeB: true, scale: 2, bias, epilogue: "relu" });
  // a^T b^T = [[31, -3], [42, -4]]
  expect(Array.from(await kernels.read(out))).toEqual([63, 0, 85, 0]);
  kernels.gemm(out, a, b, { accumulate: true });
  // a b = [[1, 8], [3, 26]]
  expect(Array.from(await kernels.read(out))).toEqual([64, 8, 88, 26]);
});

test("erfc has the published values (Abramowitz & Stegun, table 7.1) and its symmetry", () => {
  const table = [
    [0, 1],
    [0.5, 1 - 0.5204998778],
    [1, 1 - 0.8427007929],
    [2, 1 - 0.995322265],
    [3, 2.209049699858544e-5],
    [5, 1.5374597944280349e-12],
  ] as const;
  for (const [x, wanted] of table) {
    expect(complementaryError(x)).toBeCloseTo(wanted, 9);
    expect(complementaryError(-x)).toBeCloseTo(2 - wanted, 9);
  }
  expect(complementaryError(3) / 2.209049699858544e-5).toBeCloseTo(1, 12);
  expect(complementaryError(5) / 1.5374597944280349e-12).toBeCloseTo(1, 12);
  const below = complementaryError(2.5 - 1e-9);
  expect(below - complementaryError(2.5)).toBeCloseTo(2e-9 * (Math.exp(-6.25) / Math.sqrt(Math.PI)), 15);
});

test("two AdamW steps, by hand", async () => {
  const parameter = kernels.upload(Float32Array.of(2, -1), [2]);
  const [moment1, moment2] = [kernels.create([2]), kernels.create([2])] as const;
  const half = kernels.upload(Float32Array.of(0.5), [1]);
  const options = { learningRate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 0, weightDecay: 0.2 };
  kernels.adamW(parameter, moment1, moment2, kernels.upload(Float32Array.of(4, -8), [2]), half, {
    ...options,
    step: 1,
  });
  // scaled gradient 2, -4; the first step is the gradient's sign: p (1 - 0.02) -+ 0.1
  expect(await kernels.read(parameter)).toBeAllClose([1.86, -0.88], { absolute: 1e-6 });
  expect(await kernels.read(moment1)).toBeAllClose([1, -2], { absolute: 1e-6 });
  expect(await kernels.read(moment2)).toBeAllClose([1, 4], { absolute: 1e-6 });
  kernels.adamW(parameter, moment1, moment2, kernels.upload(Float32Array.of(0, 2), [2]), null, { ...options, step: 2 });
  // moments 0.5, 0 and 0.75, 4; corrections 0.75 and 0.4375
  const step = 0.1 * (0.5 / 0.75 / Math.sqrt(0.75 / 0.4375));
  expect(await kernels.read(parameter)).toBeAllClose([1.86 * 0.98 - step, -0.88 * 0.98], { absolute: 1e-6 });
});

test("rows become unit vectors, and a gradient loses exactly its part along its row", async () => {
  const rows = kernels.upload(Float32Array.of(3, 4, 0, 0), [2, 2]);
  const unit = kernels.create([2, 2]);
  kernels.normaliseRows(unit, rows);
  expect(await kernels.read(unit)).toBeAllClose([0.6, 0.8, 0, 0], { absolute: 1e-7 });
  const gradient = kernels.upload(Float32Array.of(5, 0, 1, 2), [2, 2]);
  kernels.removeParallel(gradient, rows);
  expect(await kernels.read(gradient)).toBeAllClose([3.2, -2.4, 1, 2], { absolute: 1e-6 });
});

test("the clipping factor leaves small gradients alone and brings large ones to the norm", async () => {
  const out = kernels.create([1]);
  kernels.clipFactor(out, kernels.upload(Float32Array.of(0.25), [1]), 1);
  expect((await kernels.read(out))[0]).toBe(1);
  kernels.clipFactor(out, kernels.upload(Float32Array.of(16), [1]), 1);
  expect((await kernels.read(out))[0]).toBeCloseTo(0.25, 6);
});

test("columns of codes are summed, counted and their maxima kept, over entries only", async () => {
  const codes = createSparseCodes(kernels, 2, 2);
  kernels.compact(codes, kernels.upload(Float32Array.of(0, 3, 0, 2, 7, 5, 6, 0), [2, 4]));
  const [sums, counts, maxima] = [kernels.create([4]), kernels.create([4], "int32"), kernels.create([4])] as const;
  kernels.sparseColumnSums(sums, codes, codes.values);
  kernels.sparseColumnCounts(counts, codes);
  kernels.sparseColumnMaxima(maxima, codes);
  // The second row has three positive entries and room for two: index 2 is lost and its count says so.
  expect(Array.from(await kernels.read(sums))).toEqual([7, 8, 0, 2]);
  expect(Array.from(await kernels.readInts(counts))).toEqual([1, 2, 0, 1]);
  expect(Array.from(await kernels.read(maxima))).toEqual([7, 5, 0, 2]);
  expect(Array.from(await kernels.readInts(codes.counts))).toEqual([2, 3]);
});

test("column sums, row norms, gathering and scattering, by hand", async () => {
  const matrix = kernels.upload(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
  const [columns, norms, picked] = [kernels.create([2]), kernels.create([3]), kernels.create([2, 2])] as const;
  kernels.columnSums(columns, matrix);
  kernels.columnSums(columns, matrix, { accumulate: true });
  kernels.rowSquaredNorms(norms, matrix);
  const order = kernels.upload(Int32Array.of(2, 0), [2]);
  kernels.gatherRows(picked, matrix, order);
  expect(Array.from(await kernels.read(columns))).toEqual([18, 24]);
  expect(Array.from(await kernels.read(norms))).toEqual([5, 25, 61]);
  expect(Array.from(await kernels.read(picked))).toEqual([5, 6, 1, 2]);
  kernels.scale(picked, picked, 10);
  kernels.scatterRows(matrix, order, picked);
  expect(Array.from(await kernels.read(matrix))).toEqual([10, 20, 3, 4, 50, 60]);
});
