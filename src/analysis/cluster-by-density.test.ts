import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { clusterByDensity, UNCLUSTERED } from "./cluster-by-density.ts";
import { spanReachability } from "./spanning-tree.ts";

interface ClusterCase {
  readonly dimensions: number;
  readonly smallest: number;
  readonly nearest: number;
  readonly places: readonly number[];
  readonly labels: readonly number[];
}

const { cases } = JSON.parse(
  readFileSync(new URL("../../test/parity/fixtures/clusters.json", import.meta.url), "utf8"),
) as { readonly cases: readonly ClusterCase[] };

function finish<T>(work: Generator<number, T>): T {
  let last = 0;
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
    expect(next.value).toBeGreaterThanOrEqual(last);
    expect(next.value).toBeLessThanOrEqual(1);
    last = next.value;
  }
}

/** Which points are together, whatever the clusters are called. */
function listGroups(labels: ArrayLike<number>): string[] {
  const groups = Map.groupBy(
    Array.from(labels, (label, point) => ({ label, point })),
    ({ label }) => label,
  );
  groups.delete(UNCLUSTERED);
  return [...groups.values()].map((members) => members.map(({ point }) => point).join()).sort();
}

test.each(cases)("finds the clusters scikit-learn finds ($dimensions dimensions, $smallest, $nearest)", (given) => {
  const points = { places: Float32Array.from(given.places), dimensions: given.dimensions };
  const labels = finish(clusterByDensity(points, given));
  expect(listGroups(labels)).toEqual(listGroups(given.labels));
  const sizes = listGroups(given.labels).map((group) => group.split(",").length);
  const own = Array.from({ length: sizes.length }, (_, name) => labels.filter((label) => label === name).length);
  expect(own).toEqual(sizes.toSorted((a, b) => b - a));
});

test("the spanning tree has the weight of a plain one over all pairs", () => {
  const random = createRandomStream(1, "points");
  const [count, dimensions, nearest] = [1100, 2, 3];
  const places = Float32Array.from({ length: count * dimensions }, (_, i) => random.normal(i));
  const tree = finish(spanReachability({ places, dimensions }, nearest));
  const distance = (a: number, b: number) =>
    Math.hypot(places[2 * a]! - places[2 * b]!, places[2 * a + 1]! - places[2 * b + 1]!);
  const cores = Array.from(
    { length: count },
    (_, a) => Float64Array.from({ length: count }, (_, b) => distance(a, b)).sort()[nearest]!,
  );
  const reach = (a: number, b: number) => Math.max(cores[a]!, cores[b]!, distance(a, b));
  for (const edge of tree) expect(edge.distance).toBeCloseTo(reach(edge.from, edge.to), 10);
  // No edge of a least tree can be replaced by a shorter one: joined from the shortest pair on, the same distances come out.
  const parents = Int32Array.from({ length: count }, (_, i) => i);
  const find = (point: number): number => (parents[point] === point ? point : find(parents[point]!));
  const pairs: [number, number, number][] = [];
  for (let a = 0; a < count; a++)
    for (let b = 0; b < a; b++) if (reach(a, b) <= tree.at(-1)!.distance) pairs.push([a, b, reach(a, b)]);
  const wanted = pairs
    .sort((a, b) => a[2] - b[2])
    .filter(([a, b]) => {
      const [one, other] = [find(a), find(b)];
      parents[one] = other;
      return one !== other;
    });
  expect(tree).toHaveLength(count - 1);
  expect(wanted.map(([, , length]) => length.toFixed(9))).toEqual(tree.map((edge) => edge.distance.toFixed(9)));
});

test.each([0, 1, 2, 3])("%i points form no cluster of three", (count) => {
  const labels = finish(clusterByDensity({ places: new Float32Array(2 * count), dimensions: 2 }, { smallest: 3 }));
  expect([...labels]).toEqual(Array(count).fill(UNCLUSTERED));
});

test("points at one place are a cluster", () => {
  const places = Float32Array.from([...Array(10).fill(0), ...Array(10).fill(5), 100, 50]);
  const labels = finish(clusterByDensity({ places, dimensions: 2 }, { smallest: 3 }));
  expect([...labels]).toEqual([...Array(5).fill(0), ...Array(5).fill(1), UNCLUSTERED]);
});
