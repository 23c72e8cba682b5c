import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import { createSparseCodes, type Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels, readFloat64 } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { autoencoderShapes, mapWeights } from "./autoencoder.ts";
import type { Dictionary } from "./dictionary.ts";
import { foldWeights, uploadDictionary } from "./fold-weights.ts";
import {
  foldRemovedDirection,
  projectBatches,
  projectVector,
  removeDirection,
  withoutDirection,
} from "./remove-direction.ts";

const kernels = createReferenceKernels("float64");
const [FEATURES, WIDTH, BATCH] = [9, 5, 7];
const { normal } = createRandomStream(3, "removal");
const draw = (first: number, count: number) => Float32Array.from({ length: count }, (_, i) => normal(first + i));

const raw = draw(0, WIDTH);
const norm = Math.hypot(...raw);
const removed = removeDirection(
  raw.map((value) => value / norm),
  draw(100, WIDTH),
);
const x = kernels.upload(draw(200, BATCH * WIDTH), [BATCH, WIDTH]);

function snapshot(activationScale: number) {
  const shapes = autoencoderShapes(FEATURES, WIDTH);
  const tensors = mapWeights(shapes, (shape, name) => ({
    shape,
    data: draw(
      { encoder: 1000, encoderBias: 2000, decoder: 3000, decoderBias: 4000 }[name],
      shape.reduce((a, b) => a * b),
    ),
  }));
  return { tensors: new Map(Object.entries(tensors)), activationScale, threshold: 0 };
}

async function reconstruct(dictionary: Dictionary, of: Tensor): Promise<{ codes: number[]; out: Float64Array }> {
  const codes = createSparseCodes(kernels, BATCH, FEATURES);
  const out = kernels.create([BATCH, WIDTH]);
  dictionary.encode(codes, of);
  dictionary.decode(out, codes);
  const counts = await kernels.readInts(codes.counts);
  const values = readFloat64(codes.values);
  return {
    out: readFloat64(out),
    codes: [...counts].flatMap((count, row) => Array.from(values.slice(row * FEATURES, row * FEATURES + count))),
  };
}

test("a direction is removed by hand as by the kernels", async () => {
  const byHand = removeDirection(Float32Array.of(0.6, 0.8), Float32Array.of(10, 5));
  expect(byHand.mean).toBeCloseTo(10, 5);
  expect(Array.from(projectVector(Float32Array.of(1, 2), byHand), (value) => Number(value.toFixed(5)))).toEqual([
    -0.32, 0.24,
  ]);
  for await (const projected of projectBatches(kernels, [x], removed)) {
    const values = readFloat64(projected);
    for (let row = 0; row < BATCH; row++) {
      const own = values.slice(row * WIDTH, (row + 1) * WIDTH);
      expect(own.reduce((sum, value, i) => sum + value * removed.direction[i]!, 0)).toBeCloseTo(0, 6);
      const whole = Float32Array.from(readFloat64(x).slice(row * WIDTH, (row + 1) * WIDTH));
      expect(Array.from(own)).toBeAllClose(Array.from(projectVector(whole, removed)), { absolute: 1e-6 });
    }
  }
});

test.each([
  { preEncoderBias: true, activationScale: 1 },
  { preEncoderBias: false, activationScale: 1 },
  { preEncoderBias: true, activationScale: 2.5 },
])("what is stored reads raw activations as training read those without the direction: %o", async (form) => {
  const trained = foldWeights(snapshot(form.activationScale), { kind: "relu", k: 1, ...form });
  const stored = foldRemovedDirection(trained, removed);
  let projected: Tensor | undefined;
  for await (const batch of projectBatches(kernels, [x], removed)) {
    projected = kernels.create(batch.shape);
    kernels.copy(projected, batch);
  }
  const learned = await reconstruct(uploadDictionary(kernels, trained), projected!);
  const kept = await reconstruct(uploadDictionary(kernels, stored), x);
  const wrapped = await reconstruct(withoutDirection(kernels, uploadDictionary(kernels, trained), removed), x);
  expect(learned.codes.length).toBeGreaterThan(10);
  for (const other of [kept, wrapped]) {
    expect(other.codes).toBeAllClose(learned.codes, { absolute: 1e-5 });
    const expected = Array.from(learned.out, (value, i) => value + removed.mean * removed.direction[i % WIDTH]!);
    expect(Array.from(other.out)).toBeAllClose(expected, { absolute: 1e-5 });
  }
});

test("what is stored knows nothing of the direction", async () => {
  const stored = foldRemovedDirection(foldWeights(snapshot(1), { kind: "relu", k: 1, preEncoderBias: true }), removed);
  const moved = kernels.create([BATCH, WIDTH]);
  kernels.addRow(moved, x, kernels.upload(removed.direction, [WIDTH]), 3);
  const [before, after] = [
    await reconstruct(uploadDictionary(kernels, stored), x),
    await reconstruct(uploadDictionary(kernels, stored), moved),
  ];
  expect(after.codes).toBeAllClose(before.codes, { absolute: 1e-5 });
  expect(Array.from(after.out)).toBeAllClose(Array.from(before.out), { absolute: 1e-5 });
});

test("a direction of another width is refused", () => {
  expect(() => removeDirection(Float32Array.of(1, 0), new Float32Array(3))).toThrow(
    /dictionary of width 2, but the activations have 3: name one of the same site/,
  );
});
