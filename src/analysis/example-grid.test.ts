import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import type { ActiveEntries } from "./active-entries.ts";
import { createExampleGrid, GRID_LEVELS } from "./example-grid.ts";

// Features 0 to 2 on 4,000 rows in batches of 100; the second half of the rows comes as a stream of its own.
const [ROWS, BATCH, FEATURES] = [4000, 100, 3];
const random = createRandomStream(9, "grid");
const activation = (row: number, feature: number) =>
  random.uniform(row * FEATURES + feature) < 0.5 ? Math.fround(random.uniform(1e6 + row * FEATURES + feature)) : 0;
const truth = Uint8Array.from({ length: ROWS }, (_, row) => Number(activation(row, 0) > 0.7 || row % 5 === 0));
const rows = Array.from({ length: ROWS }, (_, row) => [0, 1, 2].map((feature) => activation(row, feature)));
const maxima = Float32Array.from([0, 1, 2], (feature) => Math.max(...rows.map((row) => row[feature]!)));

function compress(first: number): ActiveEntries {
  const [counts, indices, values] = [new Int32Array(BATCH), new Int32Array(BATCH * 3), new Float32Array(BATCH * 3)];
  for (let r = 0; r < BATCH; r++)
    for (const [feature, value] of rows[first + r]!.entries()) {
      if (value === 0) continue;
      indices[r * 3 + counts[r]!] = feature;
      values[r * 3 + counts[r]!] = value;
      counts[r]! += 1;
    }
  return { rows: BATCH, capacity: 3, counts, indices, values };
}

function fill() {
  const grid = createExampleGrid(maxima, [[0, 2], [2]]);
  const inverse = truth.map((one) => 1 - one);
  for (let first = 0; first < ROWS; first += BATCH) {
    const offset = first < ROWS / 2 ? 0 : ROWS / 2;
    const half = (truths: Uint8Array) => truths.subarray(offset, offset + ROWS / 2);
    grid.add(compress(first), [half(truth), half(inverse)], first - offset, offset);
  }
  return grid;
}

test("each cell holds ten firings of its level and class, or all where there are fewer", () => {
  const grid = fill();
  for (const [proxy, feature] of [
    [0, 0],
    [0, 2],
    [1, 2],
  ] as const) {
    const levels = grid.list(proxy, feature);
    expect(levels.length).toBe(GRID_LEVELS);
    for (const [level, cells] of levels.entries())
      for (const side of ["on", "off"] as const) {
        const belongs = (row: number) => (truth[row] === 1) === ((side === "on") === (proxy === 0));
        const inLevel = (row: number) => {
          const value = rows[row]![feature]!;
          return (
            value > (level * maxima[feature]!) / GRID_LEVELS && value <= ((level + 1) * maxima[feature]!) / GRID_LEVELS
          );
        };
        const all = [...rows.keys()].filter((row) => belongs(row) && inLevel(row));
        expect(cells[side].length).toBe(Math.min(10, all.length));
        expect(new Set(cells[side].map(({ token }) => token)).size).toBe(cells[side].length);
        for (const { token, activation: value } of cells[side]) {
          expect(all).toContain(token);
          expect(value).toBe(rows[token]![feature]);
        }
      }
  }
});

test("examples are drawn evenly, the same ones each time", () => {
  const grid = fill();
  const drawn = grid.list(0, 2).flatMap(({ on, off }) => [...on, ...off].map(({ token }) => token));
  const mean = drawn.reduce((a, b) => a + b, 0) / drawn.length;
  // The standard error of the mean of 200 uniform draws of 4,000 is 82.
  expect(Math.abs(mean - ROWS / 2)).toBeLessThan(4 * 82);
  expect(fill().list(0, 2)).toEqual(grid.list(0, 2));
});
