import { describe, expect, test } from "vitest";
import { backends } from "../../test/support/backends.ts";
import { createTinyDictionary } from "../../test/support/tiny-feature-model.ts";
import { createNearestFeatures } from "./nearest-features.ts";

const FEATURES = 67;
const WIDTH = 9;
/** The largest rounding of a cosine of so many products in float32. */
const ROUNDING = 1e-6;

/** Cosines of every pair in float64; features of the same direction as 5 and against it are put in by hand. */
function measurePlainly(directions: Float32Array): number[][] {
  const row = (i: number) => directions.subarray(i * WIDTH, (i + 1) * WIDTH);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
  return Array.from({ length: FEATURES }, (_, i) =>
    Array.from(
      { length: FEATURES },
      (_, j) => dot(row(i), row(j)) / Math.sqrt(dot(row(i), row(i)) * dot(row(j), row(j))),
    ),
  );
}

describe.each(backends)("nearest features on $name", ({ create }) => {
  test.each([
    [10, { rows: 512, columns: 8192 }],
    [10, { rows: 7, columns: 13 }],
    [14, { rows: 64, columns: 3 }],
    [10, { rows: 1, columns: 67 }],
    [14, { rows: 7, columns: 13 }],
  ])("the nearest %i are those of a plain search in float64, tile by tile of %j", async (neighbours, tile) => {
    const kernels = create(1);
    const { dictionary } = createTinyDictionary(kernels, FEATURES, WIDTH);
    const directions = (await kernels.read(dictionary.directions)).slice();
    for (const [to, factor] of [
      [11, 3],
      [50, 0.5],
      [60, -1],
    ] as const)
      for (let k = 0; k < WIDTH; k++) directions[to * WIDTH + k] = factor * directions[5 * WIDTH + k]!;
    kernels.write(dictionary.directions, directions);
    const cosines = measurePlainly(directions);
    const nearest = createNearestFeatures(kernels, dictionary, { tile, neighbours });
    const found = [...(await nearest.find(0, 40)), ...(await nearest.find(40, FEATURES - 40))];
    nearest.release();
    for (const [feature, nearest] of found.entries()) {
      const positive = cosines[feature]!.flatMap((cosine, other) => (other !== feature && cosine > 0 ? [cosine] : []));
      const wanted = positive.sort((a, b) => b - a).slice(0, neighbours);
      expect(nearest).toHaveLength(wanted.length);
      for (const [rank, { index, cosine }] of nearest.entries()) {
        expect(Math.abs(cosine - wanted[rank]!)).toBeLessThan(ROUNDING);
        expect(Math.abs(cosine - cosines[feature]![index]!)).toBeLessThan(ROUNDING);
      }
      expect(new Set(nearest.map(({ index }) => index)).size).toBe(nearest.length);
    }
    expect(found[5]!.slice(0, 2).map(({ index }) => index)).toEqual([11, 50]);
    expect(found[60]!.map(({ index }) => index)).not.toContain(5);
  });
});
