import { describe, expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { fitDistanceCurve } from "./distance-curve.ts";
import { connectNeighbours, type Neighbours } from "./neighbour-graph.ts";

const POINTS = 60;

/** Neighbours of random points on a line with some at the same place; rows of unequal length. */
function drawNeighbours(): { readonly neighbours: Neighbours; readonly rows: [number, number][][] } {
  const random = createRandomStream(1, "points");
  const places = Array.from({ length: POINTS }, (_, i) => (i % 13 === 0 ? 1 : random.uniform(i) * 10));
  const rows = places.map((place, i) =>
    Array.from(places, (other, j): [number, number] => [j, Math.abs(place - other)])
      .filter(([j]) => j !== i)
      .sort((a, b) => a[1] - b[1])
      .slice(0, i === 7 ? 0 : i % 3 === 0 ? 5 : 14),
  );
  const starts = Int32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)]);
  const [others, distances] = [rows.flat().map(([j]) => j), rows.flat().map(([, distance]) => distance)];
  return {
    neighbours: { starts, others: Int32Array.from(others), distances: Float64Array.from(distances) },
    rows,
  };
}

describe("a graph of neighbours", () => {
  const { neighbours, rows } = drawNeighbours();
  const graph = connectNeighbours(neighbours);
  const weight = (a: number, b: number) => {
    const at = graph.others.subarray(graph.starts[a]!, graph.starts[a + 1]!).indexOf(b);
    return at < 0 ? 0 : graph.weights[graph.starts[a]! + at]!;
  };

  test("is symmetric and its edges ascend", () => {
    for (let point = 0; point < POINTS; point++) {
      const own = [...graph.others.subarray(graph.starts[point]!, graph.starts[point + 1]!)];
      expect(own).toEqual(own.toSorted((a, b) => a - b));
      for (const other of own) expect(weight(point, other)).toBe(weight(other, point));
    }
  });

  test("joins by the fuzzy union what each point says, with weights whose sum is log2 of the number of neighbours", () => {
    const says = rows.map((row) => {
      const nearest = row.find(([, distance]) => distance > 0)?.[1] ?? 0;
      const sum = (bandwidth: number) =>
        row.reduce((total, [, distance]) => total + Math.exp(-Math.max(0, distance - nearest) / bandwidth), 0);
      const target = Math.log2(row.length + 1);
      // The sum grows with the bandwidth: a plain search from below.
      let [low, high] = [1e-9, 1e3];
      for (let i = 0; i < 200; i++) {
        const middle = Math.sqrt(low * high);
        if (sum(middle) < target) low = middle;
        else high = middle;
      }
      return new Map(row.map(([j, distance]) => [j, Math.exp(-Math.max(0, distance - nearest) / low)]));
    });
    for (let a = 0; a < POINTS; a++)
      for (let b = 0; b < POINTS; b++) {
        if (a === b) continue;
        const [one, other] = [says[a]!.get(b) ?? 0, says[b]!.get(a) ?? 0];
        expect(Math.abs(weight(a, b) - (one + other - one * other))).toBeLessThan(1e-4);
      }
  });

  test("leaves a point without neighbours alone unless others name it", () => {
    const alone = connectNeighbours({
      starts: Int32Array.from([0, 1, 2, 2]),
      others: Int32Array.from([1, 0]),
      distances: Float64Array.from([0.5, 0.5]),
    });
    expect([...alone.starts]).toEqual([0, 1, 2, 2]);
    expect([...alone.weights]).toEqual([1, 1]);
  });
});

describe("the curve of distances", () => {
  // What umap-learn's find_ab_params returns for spread 1; .1 is its default, whose 1.577 and 0.895 are widely printed.
  test("has umap-learn's parameters at its default", () => {
    const { a, b } = fitDistanceCurve(0.1);
    expect(a).toBeCloseTo(1.577, 3);
    expect(b).toBeCloseTo(0.895, 3);
  });

  test.each([0.01, 0.05, 0.1, 0.5])("is the best in least squares for %f, tried point by point", (minDistance) => {
    const fitted = fitDistanceCurve(minDistance);
    const miss = (a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < 300; i++) {
        const r = (i * 3) / 299;
        const wanted = r < minDistance ? 1 : Math.exp(-(r - minDistance));
        sum += (1 / (1 + a * r ** (2 * b)) - wanted) ** 2;
      }
      return sum;
    };
    const best = miss(fitted.a, fitted.b);
    for (const da of [-1e-3, 0, 1e-3])
      for (const db of [-1e-3, 0, 1e-3]) expect(miss(fitted.a + da, fitted.b + db)).toBeGreaterThanOrEqual(best);
  });
});
