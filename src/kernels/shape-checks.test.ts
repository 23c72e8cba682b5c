import { describe, expect, test } from "vitest";
import { createArena } from "../../test/conformance/arena.ts";
import { operations } from "../../test/conformance/operations.ts";
import type { Kernels, SparseCodes, Tensor } from "./kernels.ts";
import { createReferenceKernels } from "./reference.ts";

const kernels = createReferenceKernels();

/** `kernels` with every call of `op` handed to `record` instead. */
function intercept(op: keyof Kernels, record: (args: unknown[]) => void): Kernels {
  return { ...kernels, [op]: (...args: unknown[]) => record(args) };
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "handle" in value;
}

function isCodes(value: unknown): value is SparseCodes {
  return typeof value === "object" && value !== null && "counts" in value;
}

/** Every version of an argument list in which one tensor has the wrong shape. */
function misshape(args: readonly unknown[]): unknown[][] {
  const wrong = kernels.create([2, 1, 2]);
  return args.flatMap((argument, i) => {
    if (isTensor(argument)) return [args.with(i, { ...argument, shape: wrong.shape, handle: wrong.handle })];
    if (isCodes(argument)) return [args.with(i, { ...argument, counts: kernels.create([1000], "int32") })];
    return [];
  });
}

describe("a wrong shape of any one tensor is refused with the op's name, what it got and what it wanted", () => {
  const refusing = operations.filter(({ op }) => op !== "fill");
  test.for(refusing.map(({ op, cases }, i) => ({ op, cases, i })))("$op", ({ op, cases }) => {
    const calls: unknown[][] = [];
    const [label, run] = Object.entries(cases)[0]!;
    const recorder = intercept(op, (args) => calls.push(args));
    run(recorder, createArena(recorder, "whole", new Map(), label));
    const [args] = calls;
    const wrongCalls = misshape(args!).filter((_, i) => !(op.startsWith("sum") && i === 1));
    expect(wrongCalls.length).toBeGreaterThan(0);
    for (const wrong of wrongCalls) {
      const call = kernels[op] as (...values: unknown[]) => void;
      expect(() => call(...wrong)).toThrow(
        new RegExp(`^${op}: .* is (float32|int32) \\[.*\\], wanted (float32|int32) \\[`),
      );
    }
  });
});

test("the message names the tensor, its shape and the wanted one", () => {
  const [out, a, row] = [kernels.create([2, 3]), kernels.create([2, 3]), kernels.create([4])] as const;
  expect(() => kernels.addRow(out, a, row, 1)).toThrow("addRow: row is float32 [4], wanted float32 [3]");
});

test("an integer tensor where numbers belong is refused", () => {
  const tokens = kernels.create([3], "int32");
  expect(() => kernels.scale(tokens, tokens, 2)).toThrow("scale: out is int32 [3], wanted float32 [3]");
});

test("contradictory or impossible arguments are refused", () => {
  const [square, table] = [kernels.create([4, 4]), kernels.create([3, 4])] as const;
  const tokens = kernels.create([4], "int32");
  expect(() => kernels.gemm(square, square, square, { accumulate: true, epilogue: "relu" })).toThrow("accumulate");
  expect(() => kernels.embedding(square, table, table, tokens, 4)).toThrow("context 4, wanted 1 to");
  expect(() => kernels.rows(square, 2, 3)).toThrow("rows: rows 2 .. 5, wanted a range within 0 .. 4");
  expect(() => kernels.reshape(square, [3, 5])).toThrow("reshape: [3, 5]");
  expect(() => kernels.create([2, -1])).toThrow("create: shape [2, -1]");
  expect(() => kernels.upload(new Float32Array(5), [2, 3])).toThrow("upload: 5 numbers");
  expect(() => kernels.write(tokens, new Float32Array(4))).toThrow("write: float32 data, wanted int32");
});

test("attention heads must divide the width", () => {
  const [out, qkv, logSumExp] = [kernels.create([2, 4]), kernels.create([2, 12]), kernels.create([1, 3, 2])] as const;
  const dims = { batch: 1, context: 2, heads: 3 };
  expect(() => kernels.causalAttention(out, logSumExp, qkv, dims)).toThrow("3 heads, wanted a divisor of the width 4");
});

test("reading with the wrong element type is refused", async () => {
  await expect(kernels.read(kernels.create([1], "int32"))).rejects.toThrow("read: int32");
  await expect(kernels.readInts(kernels.create([1]))).rejects.toThrow("readInts: float32");
});

test("reading into an array of another length is refused", async () => {
  const read = kernels.read(kernels.create([2, 2]), new Float32Array(5));
  await expect(read).rejects.toThrow("read: 5 numbers, wanted as many as [2, 2] holds");
});
