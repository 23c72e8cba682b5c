import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import { createSuperposition } from "../activations/superposition.ts";
import { createAutoencoder } from "../autoencoder/autoencoder.ts";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { measureRecovery } from "./recovery.ts";

const kernels = createReferenceKernels();
const width = 64;
const truth = createSuperposition({ features: 6, width, active: 1.2, exclusive: 1, groupSize: 3, seed: 2 });
const rowOf = (values: Float32Array, row: number) => values.subarray(row * width, (row + 1) * width);

/** A dictionary whose rows read and write `directions`, each firing above its threshold. */
function createReader(directions: Float32Array, thresholds: readonly number[]): Dictionary {
  const shape = [thresholds.length, width];
  return createAutoencoder(kernels, {
    encoder: kernels.upload(directions, shape),
    encoderBias: kernels.upload(
      Float32Array.from(thresholds, (threshold) => -threshold),
      [thresholds.length],
    ),
    decoder: kernels.upload(directions, shape),
    decoderBias: kernels.create([width]),
  });
}

/** Rows of the truth in the order of `indices`, each times a factor. */
function pick(indices: readonly number[], factor = 1): Float32Array {
  return Float32Array.from(indices.flatMap((index) => [...rowOf(truth.directions, index)].map((x) => x * factor)));
}

const options = { rows: 3000, firstRow: 50 };

test("the truth itself is recovered wholly, whatever its order and the norms of its rows", async () => {
  const order = [3, 0, 5, 1, 4, 2];
  const dictionary = createReader(pick(order, 1.7), new Array(6).fill(0.7));
  const recovery = await measureRecovery(kernels, dictionary, truth, options);
  expect(recovery.meanMaxCosine).toBeCloseTo(1, 6);
  expect(recovery.found).toBe(1);
  expect(recovery.codeF1).toBeGreaterThan(0.99);
  expect(recovery.features.map(({ match }) => match)).toEqual([1, 3, 5, 0, 4, 2]);
});

test("each true feature counts with its largest cosine, and as found from 0.9", async () => {
  const stream = createRandomStream(1, "noise");
  const noise = [0.02, 0.05, 0.08, 0.3, 0.5, 1];
  const learned = truth.directions.map((value, i) => value + noise[Math.floor(i / width)]! * stream.normal(i));
  const cosines = Array.from({ length: 6 }, (_, i) => {
    const a = rowOf(truth.directions, i);
    const all = Array.from({ length: 6 }, (_, k) => {
      const b = rowOf(learned, k);
      return a.reduce((sum, value, j) => sum + value * b[j]!, 0) / Math.hypot(...b);
    });
    return Math.max(...all);
  });
  const recovery = await measureRecovery(kernels, createReader(learned, new Array(6).fill(0)), truth, options);
  expect(recovery.features.map(({ cosine }) => cosine)).toBeAllClose(cosines, { absolute: 1e-6 });
  expect(recovery.meanMaxCosine).toBeCloseTo(cosines.reduce((a, b) => a + b, 0) / 6, 6);
  expect(recovery.found).toBe(cosines.filter((cosine) => cosine >= 0.9).length / 6);
  expect([1 / 6, 2 / 6, 3 / 6]).toContain(recovery.found);
});

test("firing is scored by F1 against the true codes, row by row", async () => {
  const thresholds = [0.7, 1, 1.3, 1.49, -100, 0.2];
  const order = [3, 0, 5, 1, 4, 2];
  const dictionary = createReader(
    pick(order),
    order.map((feature) => thresholds[feature]!),
  );
  const { features, codeF1 } = await measureRecovery(kernels, dictionary, truth, { ...options, batch: 700 });
  const { starts, features: active } = truth.codes(options.firstRow, options.rows);
  const x = truth.rows(options.firstRow, options.rows);
  const wanted = thresholds.map((threshold, i) => {
    const counts = { both: 0, known: 0, learned: 0 };
    for (let row = 0; row < options.rows; row++) {
      const known = active.subarray(starts[row], starts[row + 1]).includes(i);
      const strength = rowOf(x, row).reduce((sum, value, j) => sum + value * rowOf(truth.directions, i)[j]!, 0);
      const learned = strength > threshold;
      if (known && learned) counts.both++;
      if (known) counts.known++;
      if (learned) counts.learned++;
    }
    const [precision, recall] = [counts.both / counts.learned, counts.both / counts.known];
    return (2 * precision * recall) / (precision + recall);
  });
  expect(features.map(({ f1 }) => f1)).toBeAllClose(wanted, { absolute: 2e-3 });
  expect(codeF1).toBeCloseTo(wanted.reduce((a, b) => a + b, 0) / 6, 2);
  expect(features[1]!.f1, "half of all strengths exceed 1").toBeGreaterThan(0.5);
  expect(features[4]!.f1, "always on").toBeCloseTo((2 * 0.2) / 1.2, 1);
});

test("a true feature that never fires in the rows looked at has no F1 and does not count in the mean", async () => {
  const dictionary = createReader(pick([0, 1, 2, 3, 4, 5]), new Array(6).fill(0.7));
  const few = await measureRecovery(kernels, dictionary, truth, { rows: 2, firstRow: 0 });
  const { features: active } = truth.codes(0, 2);
  expect(few.features.flatMap(({ f1 }, i) => (Number.isNaN(f1) ? [] : [i]))).toEqual([...new Set(active)].sort());
  expect(few.codeF1).toBeGreaterThan(0.9);
});
