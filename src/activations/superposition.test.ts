import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createSuperposition, type SuperposedCodes, superposedBatches } from "./superposition.ts";

const ROWS = 40_000;
const plain = { features: 40, width: 24, active: 3, seed: 1 };

/** How often each pair of features is active in the same row, each with itself on the diagonal; shares of all rows. */
function countPairs({ starts, features }: SuperposedCodes, count: number): number[][] {
  const pairs = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const rows = starts.length - 1;
  for (let row = 0; row < rows; row++) {
    const active = features.subarray(starts[row], starts[row + 1]);
    for (const a of active) for (const b of active) pairs[a]![b]! += 1 / rows;
  }
  return pairs;
}

const groupOf = (feature: number, size = 4) => Math.floor(feature / size);

test("a row depends on the seed and its number alone, however rows are cut", () => {
  const options = { ...plain, noise: 0.1, correlated: 0.3, exclusive: 0.3, frequencyExponent: 0.5 };
  const truth = createSuperposition(options);
  const whole = truth.rows(5, 20);
  expect([...whole.subarray(7 * 24)]).toEqual([...truth.rows(12, 13)]);
  expect([...createSuperposition(options).rows(5, 20)]).toEqual([...whole]);
  expect([...createSuperposition({ ...options, seed: 2 }).rows(5, 20)]).not.toEqual([...whole]);
  expect([...truth.rows(2 ** 33, 1)]).not.toEqual([...truth.rows(0, 1)]);
});

test("a row is its codes times unit directions plus the offset", () => {
  const truth = createSuperposition({ ...plain, offset: 0.25 });
  const { starts, features, values } = truth.codes(3, 50);
  const wanted = new Float64Array(50 * 24).fill(0.25);
  for (let row = 0; row < 50; row++) {
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
      const direction = truth.directions.subarray(features[entry]! * 24, (features[entry]! + 1) * 24);
      expect(Math.hypot(...direction)).toBeCloseTo(1, 5);
      for (const [j, value] of direction.entries()) wanted[row * 24 + j]! += values[entry]! * value;
    }
  }
  expect(truth.rows(3, 50)).toBeAllClose(wanted, { absolute: 1e-5 });
});

test("codes are sparse, in ascending order and between 0.5 and 1.5", () => {
  const { starts, features, values } = createSuperposition({ ...plain, correlated: 0.5 }).codes(0, 2000);
  for (let row = 0; row < 2000; row++) {
    const active = features.subarray(starts[row], starts[row + 1]);
    expect([...new Set(active)].sort((a, b) => a - b)).toEqual([...active]);
  }
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0.5);
  expect(Math.max(...values)).toBeLessThanOrEqual(1.5);
  expect(values.reduce((a, b) => a + b, 0) / values.length).toBeCloseTo(1, 1);
  expect(values.length / 2000).toBeCloseTo(3, 0);
  expect(new Set(values).size / values.length, "no draw is used twice").toBeGreaterThan(0.99);
});

test("features are as frequent as is said, by a power law of their rank, in every kind of group", () => {
  for (const groups of [{}, { correlated: 1 }, { exclusive: 1 }, { correlated: 0.4, exclusive: 0.4, groupSize: 3 }]) {
    const truth = createSuperposition({ ...plain, ...groups, frequencyExponent: 0.5 });
    const pairs = countPairs(truth.codes(0, ROWS), 40);
    const seen = pairs.map((row, feature) => row[feature]!);
    expect(seen, JSON.stringify(groups)).toBeAllClose(truth.frequencies, { absolute: 0.006 });
    expect(truth.frequencies.reduce((a, b) => a + b, 0)).toBeCloseTo(3, 9);
    expect([...truth.frequencies]).toEqual([...truth.frequencies].sort((a, b) => b - a));
  }
  const { frequencies } = createSuperposition({ ...plain, frequencyExponent: 0.7 });
  expect(frequencies[9]! / frequencies[0]!).toBeCloseTo(10 ** -0.7, 9);
});

test("without groups features are independent of one another", () => {
  const { codes, frequencies } = createSuperposition({ ...plain, frequencyExponent: 0.3 });
  const pairs = countPairs(codes(0, ROWS), 40);
  for (let a = 0; a < 40; a++)
    for (let b = 0; b < a; b++) {
      const chance = frequencies[a]! * frequencies[b]!;
      expect(Math.abs(pairs[a]![b]! - chance), `${a}, ${b}`).toBeLessThan(5 * Math.sqrt(chance / ROWS));
    }
});

test("rows are independent of one another", () => {
  const { codes, frequencies } = createSuperposition(plain);
  const { starts, features } = codes(0, ROWS);
  const rows = Array.from({ length: ROWS }, (_, row) => features.subarray(starts[row], starts[row + 1]));
  for (const lag of [1, 2, 5]) {
    const shared = rows.map((row, r) => row.filter((feature) => rows[r + lag]?.includes(feature)).length);
    const chance = frequencies.reduce((sum, frequency) => sum + frequency ** 2, 0);
    expect(shared.reduce((a, b) => a + b, 0) / ROWS, `lag ${lag}`).toBeCloseTo(chance, 1.5);
  }
});

test("members of a correlated group fire together, and others by chance", () => {
  for (const together of [0.5, 0.8]) {
    const { codes, frequencies } = createSuperposition({ ...plain, correlated: 1, together });
    const pairs = countPairs(codes(0, ROWS), 40);
    for (let a = 0; a < 40; a++) {
      for (let b = 0; b < a; b++) {
        const share = pairs[a]![b]! / frequencies[a]!;
        expect(share, `${a} and ${b}`).toBeCloseTo(groupOf(a) === groupOf(b) ? together : 0.075, 0.9);
      }
    }
  }
});

test("members of an exclusive group never fire together", () => {
  const pairs = countPairs(createSuperposition({ ...plain, exclusive: 1, groupSize: 5 }).codes(0, ROWS), 40);
  const together = pairs.map((row, a) => row.filter((share, b) => b !== a && share > 0).length);
  const others = pairs.map((row, a) => row.filter((_, b) => groupOf(a, 5) !== groupOf(b, 5)).length);
  expect(together).toEqual(others);
});

test("noise is close to normal, of the deviation asked for, and independent between coordinates and rows", () => {
  const clean = createSuperposition(plain).rows(0, 4000);
  const noise = createSuperposition({ ...plain, noise: 0.05 }).rows(0, 4000);
  const z = noise.map((value, index) => (value - clean[index]!) / 0.05);
  const mean = (value: (index: number) => number) => z.reduce((sum, _, index) => sum + value(index), 0) / z.length;
  expect(mean((i) => z[i]!)).toBeCloseTo(0, 1.5);
  expect(mean((i) => z[i]! ** 2)).toBeCloseTo(1, 1.5);
  expect(
    mean((i) => z[i]! ** 4),
    "kurtosis",
  ).toBeCloseTo(2.7, 0.5);
  for (const lag of [1, 24])
    expect(
      mean((i) => z[i]! * (z[i + lag] ?? 0)),
      `lag ${lag}`,
    ).toBeCloseTo(0, 1.5);
});

test("batches follow one another from the row they begin with", async () => {
  const kernels = createReferenceKernels();
  const truth = createSuperposition(plain);
  const batches = superposedBatches(kernels, truth, 8, 100);
  for (const first of [100, 108, 116])
    expect([...(await kernels.read(batches.next().value))]).toEqual([...truth.rows(first, 8)]);
});

test("a feature that would have to fire more often than always is refused", () => {
  expect(() => createSuperposition({ ...plain, active: 60 })).toThrow("fire with probability 1.50");
  expect(() => createSuperposition({ ...plain, active: 12, exclusive: 1 })).toThrow("lower active");
});
