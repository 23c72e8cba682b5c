import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { dictionaryConfigSchema } from "../autoencoder/config.ts";
import { createInitialState } from "../autoencoder/initialise.ts";
import { createSparseEncoder } from "../autoencoder/sparse-encoder.ts";
import { snapshotTrainingState } from "../autoencoder/training-state.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { UserError } from "../numerics/user-error.ts";
import { runPaths } from "../store/run-directory.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../store/safetensors.ts";
import {
  createSnapshotDictionary,
  readDictionary,
  readTrainedActivations,
  writeDictionary,
} from "./dictionary-files.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-dictionary-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

const kernels = createReferenceKernels();
const [features, width] = [10, 4];
const x = kernels.upload(
  Float32Array.from({ length: 3 * width }, (_, i) => Math.cos(i) + 0.5),
  [3, width],
);
const statistics = { mean: new Float32Array(width), geometricMedian: Float32Array.of(0.1, 0.2, 0.3, 0.4), meanNorm: 3 };

async function write(name: string, changes: object) {
  const config = dictionaryConfigSchema.parse({
    features,
    encoderScale: 1,
    activationScaling: "sqrt-width",
    ...changes,
  });
  const state = createInitialState(kernels, config, statistics);
  state.step = 5;
  state.threshold = 0.6;
  const snapshot = await snapshotTrainingState(kernels, state);
  const paths = runPaths(folder).dictionary(name);
  writeDictionary(paths, snapshot, config);
  return { paths, snapshot, config };
}

test.each([
  ["relu", { kind: "relu" }, undefined],
  ["topk", { kind: "topk", k: 2, l1: 0 }, undefined],
  ["batch-topk", { kind: "batch-topk", k: 2, l1: 0 }, 0.6 * 1.5],
])("a %s dictionary is read as it was written, and its metadata say what it is", async (kind, changes, threshold) => {
  const { paths, snapshot, config } = await write(kind, changes);
  const { metadata } = readSafetensors(paths.weights);
  expect(metadata).toMatchObject({ kind, step: "5", activations: String(5 * config.batch) });
  if (threshold !== undefined) expect(Number(metadata.threshold)).toBeCloseTo(threshold, 12);
  expect(metadata.k).toBe(kind === "topk" ? "2" : undefined);
  expect(readTrainedActivations(paths)).toBe(5 * config.batch);
  const read = createSparseEncoder(kernels, readDictionary(paths, kind, kernels, width));
  const current = createSparseEncoder(kernels, createSnapshotDictionary(kernels, snapshot, config));
  const [stored, live] = [await read.encode(x), await current.encode(x)];
  expect(stored.counts).toEqual(live.counts);
  expect(stored.counts.some((count) => count > 0)).toBe(true);
  expect(await kernels.read(stored.codes.values)).toEqual(await kernels.read(live.codes.values));
});

type Change = (tensors: Map<string, StoredTensor>, metadata: Record<string, string>) => void;

const swap: Change = (tensors) => {
  const [encoder, decoder] = [tensors.get("encoder")!, tensors.get("decoder")!];
  tensors.set("encoder", decoder).set("decoder", { ...encoder, data: encoder.data.map((value) => 3 * value) });
};
const transpose: Change = (tensors) => {
  for (const name of ["encoder", "decoder"]) tensors.set(name, { ...tensors.get(name)!, shape: [width, features] });
};

test.each<[string, Change]>([
  ["encoder and decoder are swapped", swap],
  ["encoder has shape [4, 10], wanted [features, 4]: the file is transposed", transpose],
  [
    "decoder has shape [4, 10], but its encoder",
    (tensors) => tensors.set("decoder", { ...tensors.get("decoder")!, shape: [width, features] }),
  ],
  ["has no tensor decoderBias: it holds decoder, encoder, encoderBias", (tensors) => tensors.delete("decoderBias")],
  ["encoderBias holds NaN at 3", (tensors) => tensors.get("encoderBias")!.data.fill(Number.NaN, 3, 4)],
  ["decoder holds Infinity at 7", (tensors) => tensors.get("decoder")!.data.fill(Number.POSITIVE_INFINITY, 7, 8)],
  ["row 2 of decoder has norm", (tensors) => tensors.get("decoder")!.data.fill(2, 2 * width, 3 * width)],
  [
    "encoder holds whole numbers",
    (tensors) => tensors.set("encoder", { shape: [features, width], data: new Int32Array(features * width) }),
  ],
  ["its metadata say kind topk, k 0", (_, metadata) => Object.assign(metadata, { kind: "topk", k: "0" })],
  ["kind jumprelu", (_, metadata) => Object.assign(metadata, { kind: "jumprelu" })],
])("a file that is no dictionary of the site is refused in a sentence: %s", async (sentence, change) => {
  const { paths } = await write("broken", { encoderInitialisation: "kaiming-linear" });
  const file = readSafetensors(paths.weights);
  const [tensors, metadata] = [new Map(file.tensors), { ...file.metadata }];
  change(tensors, metadata);
  writeSafetensors(paths.weights, tensors, metadata);
  const read = () => readDictionary(paths, "broken", kernels, width);
  expect(read).toThrow(UserError);
  expect(read).toThrow(sentence);
});

test("a dictionary of another width belongs to another model or site", async () => {
  const { paths } = await write("main", {});
  expect(() => readDictionary(paths, "main", kernels, 6)).toThrow(
    "reads activations of width 4, but the model's site has 6",
  );
});
