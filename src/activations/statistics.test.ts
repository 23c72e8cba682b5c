import { expect, test } from "vitest";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { measureActivations, measureGeometricMedian } from "./statistics.ts";

const kernels = createReferenceKernels();

function upload(rows: readonly (readonly number[])[]) {
  return kernels.upload(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length]);
}

async function finish<T>(generator: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const next = await generator.next();
    if (next.done) return next.value;
  }
}

test("mean, share of non-zero numbers and mean norm match a hand count, over several batches and up to the limit", async () => {
  const batches = [
    upload([
      [3, 4],
      [0, 0],
    ]),
    upload([
      [0, 2],
      [100, 100],
    ]),
  ];
  const measured = await finish(measureActivations(kernels, batches, { limit: 3 }));
  expect(measured.rows).toBe(3);
  expect(Array.from(measured.mean)).toEqual([1, 2]);
  expect(measured.fractionNonZero).toBeCloseTo(3 / 6);
  expect(measured.meanNorm).toBeCloseTo(7 / 3, 6);
});

test("the geometric median of an obtuse triangle is its obtuse vertex", async () => {
  const median = await measureGeometricMedian(
    kernels,
    upload([
      [0, 0],
      [10, 0.5],
      [-10, 0.5],
    ]),
    new Float32Array([1, 3]),
  );
  expect(median[0]).toBeCloseTo(0, 2);
  expect(median[1]).toBeCloseTo(0, 2);
});

test("the geometric median of an equilateral triangle is its centre, of points on a line their median", async () => {
  const triangle = upload([0, 1, 2].map((k) => [Math.cos((2 * Math.PI * k) / 3) + 4, Math.sin((2 * Math.PI * k) / 3)]));
  const centre = await measureGeometricMedian(kernels, triangle, new Float32Array([3.8, 0.3]));
  expect(centre[0]).toBeCloseTo(4, 3);
  expect(centre[1]).toBeCloseTo(0, 3);
  const line = upload([[0], [1], [2], [3], [1000]]);
  expect((await measureGeometricMedian(kernels, line, new Float32Array([201])))[0]).toBeCloseTo(2, 2);
});

test("no nearby point has a smaller sum of distances, and outliers move the mean but not the median", async () => {
  const random = createRandomStream(2, "points");
  const rows = Array.from({ length: 200 }, (_, r) =>
    Array.from({ length: 3 }, (_, c) => random.normal(3 * r + c) + (r < 10 ? 500 : 1)),
  );
  const { geometricMedian, mean } = await finish(measureActivations(kernels, [upload(rows)], { limit: 1000 }));
  const total = (point: ArrayLike<number>) =>
    rows.reduce((sum, row) => sum + Math.hypot(...row.map((value, c) => value - point[c]!)), 0);
  const best = total(geometricMedian);
  for (let c = 0; c < 3; c++) {
    for (const offset of [-0.01, 0.01]) {
      const moved = Array.from(geometricMedian);
      moved[c] = moved[c]! + offset;
      expect(total(moved)).toBeGreaterThan(best);
    }
  }
  expect(geometricMedian[0]).toBeLessThan(1.5);
  expect(mean[0]).toBeGreaterThan(20);
});

test("no rows at all is an error that says so", async () => {
  await expect(finish(measureActivations(kernels, [], { limit: 5 }))).rejects.toThrow("no activations to measure");
});
