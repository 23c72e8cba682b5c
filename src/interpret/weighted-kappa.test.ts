import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { measureAgreement } from "./weighted-kappa.ts";

/** Cohen's weighted kappa (1968) from the table of all pairs of 0 to 14 points, as it is defined. */
function computeFromTable(pairs: readonly (readonly [number, number])[]): number {
  const size = 15;
  const table = Array.from({ length: size }, () => new Float64Array(size));
  for (const [a, b] of pairs) table[a]![b]! += 1 / pairs.length;
  const rows = table.map((row) => row.reduce((sum, share) => sum + share, 0));
  const columns = rows.map((_, b) => table.reduce((sum, row) => sum + row[b]!, 0));
  let [observed, expected] = [0, 0];
  for (let a = 0; a < size; a++)
    for (let b = 0; b < size; b++) {
      const weight = (a - b) ** 2 / (size - 1) ** 2;
      observed += weight * table[a]![b]!;
      expected += weight * rows[a]! * columns[b]!;
    }
  return 1 - observed / expected;
}

function drawUnits(noise: number) {
  const random = createRandomStream(3, "kappa");
  return Array.from({ length: 40 }, (_, unit) =>
    [0, 1, 2].map((interval) => {
      const at = 10 * (3 * unit + interval);
      const first = random.integer(at, 15);
      const second = random.uniform(at + 1) < noise ? random.integer(at + 2, 15) : first;
      return [first, second] as const;
    }),
  );
}

test("kappa is that of the table of all pairs", () => {
  for (const noise of [0.1, 0.5, 1]) {
    const units = drawUnits(noise);
    const { kappa, scores, units: counted } = measureAgreement(units);
    expect(kappa).toBeCloseTo(computeFromTable(units.flat()), 12);
    expect([scores, counted]).toEqual([120, 40]);
  }
});

test("a table worked by hand: two raters, 0 to 2 points", () => {
  const cells = [
    [4, 1, 0],
    [1, 2, 1],
    [0, 0, 1],
  ];
  const pairs = cells.flatMap((row, a) =>
    row.flatMap((count, b) => Array.from({ length: count }, () => [a, b] as const)),
  );
  // Marginals .5 .4 .1 and .5 .3 .2: expected .5 (.3 + 4 x .2) + .4 (.5 + .2) + .1 (4 x .5 + .3) = 1.06, observed .3.
  expect(measureAgreement(pairs.map((pair) => [pair])).kappa).toBeCloseTo(1 - 0.3 / 1.06, 12);
});

test("the interval is the jackknife over units", () => {
  const units = drawUnits(0.4);
  const { kappa, interval } = measureAgreement(units);
  const leftOut = units.map((_, i) => computeFromTable(units.filter((_, j) => j !== i).flat()));
  const mean = leftOut.reduce((a, b) => a + b, 0) / units.length;
  const error = Math.sqrt(
    ((units.length - 1) / units.length) * leftOut.reduce((sum, one) => sum + (one - mean) ** 2, 0),
  );
  expect(interval![0]).toBeCloseTo(kappa! - 1.959963984540054 * error, 10);
  expect(interval![1]).toBeCloseTo(Math.min(1, kappa! + 1.959963984540054 * error), 10);
});

test("agreement on everything is 1; without any variation there is none to speak of", () => {
  expect(measureAgreement([[[3, 3]], [[9, 9]]]).kappa).toBe(1);
  expect(measureAgreement([[[3, 3]], [[3, 3]]]).kappa).toBeNull();
  expect(measureAgreement([[[3, 4]]]).interval).toBeNull();
  expect(measureAgreement([]).kappa).toBeNull();
});
