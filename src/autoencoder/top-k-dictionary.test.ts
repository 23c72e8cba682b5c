import { expect, test } from "vitest";
import { createReferenceKernels } from "../kernels/reference.ts";
import { UserError } from "../numerics/user-error.ts";
import { createSparseEncoder } from "./sparse-encoder.ts";
import { createDictionary, type FeatureSelection } from "./top-k-dictionary.ts";

const kernels = createReferenceKernels();
const width = 4;
/** Feature i reads and writes neuron i, so that codes can be seen in the input. */
const identity = Float32Array.from({ length: width ** 2 }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
const weights = {
  encoder: kernels.upload(identity, [width, width]),
  encoderBias: kernels.upload(Float32Array.of(0, 0, 0, 1), [width]),
  decoder: kernels.upload(identity, [width, width]),
  decoderBias: kernels.upload(Float32Array.of(0, 0, 0, 1), [width]),
};
const rows = [
  [3, 1, 2, 0.5],
  [0.25, -1, 0.75, -4],
  [1, 1, 1, 1],
];

async function encode(selection: FeatureSelection) {
  const dictionary = createDictionary(kernels, weights, selection);
  const x = kernels.upload(Float32Array.from(rows.flat()), [rows.length, width]);
  const { codes, counts } = await createSparseEncoder(kernels, dictionary, 1).encode(x);
  const [indices, values] = [await kernels.readInts(codes.indices), await kernels.read(codes.values)];
  return Array.from(counts, (count, row) =>
    Array.from({ length: count }, (_, k) => [indices[row * codes.capacity + k], values[row * codes.capacity + k]]),
  );
}

test("topk keeps the k largest of each vector, of equal ones the first, and fewer where fewer are positive", async () => {
  expect(await encode({ kind: "topk", k: 2 })).toEqual([
    [
      [0, 3],
      [2, 2],
    ],
    [
      [0, 0.25],
      [2, 0.75],
    ],
    [
      [0, 1],
      [1, 1],
    ],
  ]);
});

test("batch-topk keeps what reaches its threshold, however many that are", async () => {
  expect(await encode({ kind: "batch-topk", threshold: 0.75 })).toEqual([
    [
      [0, 3],
      [1, 1],
      [2, 2],
    ],
    [[2, 0.75]],
    [
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
    ],
  ]);
});

test("relu keeps all positive features", async () => {
  expect((await encode({ kind: "relu" })).map((row) => row.length)).toEqual([4, 2, 4]);
});

test("matrices of other shapes are refused by name", () => {
  const decoder = kernels.create([width, width + 1]);
  for (const selection of [{ kind: "relu" }, { kind: "topk", k: 2 }] as const) {
    expect(() => createDictionary(kernels, { ...weights, decoder }, selection)).toThrow(UserError);
    expect(() => createDictionary(kernels, { ...weights, decoder }, selection)).toThrow("decoder has shape [4, 5]");
  }
});
