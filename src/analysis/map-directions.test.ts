import { expect, test } from "vitest";
import { backends } from "../../test/support/backends.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { chooseSettings } from "./feature-map.ts";
import { type DirectionMap, mapDirections } from "./map-directions.ts";

const WIDTH = 24;
const GROUPS = 12;
const PER_GROUP = 12;
const LONELY = 30;
const POINTS = GROUPS * PER_GROUP + LONELY;

/** Groups of directions with cosines of about 0.9, then directions of their own. */
function drawDirections(): Float32Array {
  const random = createRandomStream(5, "directions");
  return Float32Array.from({ length: POINTS * WIDTH }, (_, i) => {
    const [point, k] = [Math.floor(i / WIDTH), i % WIDTH];
    if (point >= GROUPS * PER_GROUP) return random.normal(i);
    return random.normal(1e6 + Math.floor(point / PER_GROUP) * WIDTH + k) + 0.3 * random.normal(i);
  });
}

async function mapAll(kernels: Kernels, directions: Float32Array, seed: number): Promise<DirectionMap> {
  const shape = [directions.length / WIDTH, WIDTH];
  const work = mapDirections(kernels, kernels.upload(directions, shape), chooseSettings(1, seed));
  const shares = new Map<string, number>();
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
    expect(next.value.share).toBeGreaterThanOrEqual(shares.get(next.value.part) ?? 0);
    expect(next.value.share).toBeLessThanOrEqual(1);
    shares.set(next.value.part, next.value.share);
  }
}

const groupOf = (point: number) => (point < GROUPS * PER_GROUP ? Math.floor(point / PER_GROUP) : undefined);

test("groups of like directions are near one another, are clusters, and stand together in the order", async () => {
  const { places, clusters, medoids, order } = await mapAll(createReferenceKernels(), drawDirections(), 1);
  const distance = (a: number, b: number) =>
    Math.hypot(places[2 * a]! - places[2 * b]!, places[2 * a + 1]! - places[2 * b + 1]!);
  let near = 0;
  for (let group = 0; group < GROUPS; group++) {
    const members = Array.from({ length: PER_GROUP }, (_, i) => group * PER_GROUP + i);
    for (const member of members) {
      const nearest = Array.from({ length: POINTS }, (_, other) => other)
        .filter((other) => other !== member)
        .sort((a, b) => distance(member, a) - distance(member, b));
      near += nearest.slice(0, 5).filter((other) => groupOf(other) === group).length;
    }
    expect(new Set(members.map((member) => clusters[member])).size).toBe(1);
    expect(clusters[members[0]!]).toBeGreaterThanOrEqual(0);
    const ranks = members.map((member) => order.indexOf(member)).sort((a, b) => a - b);
    expect(ranks.at(-1)! - ranks[0]!).toBeLessThan(PER_GROUP + LONELY / 2);
  }
  expect(near / (5 * GROUPS * PER_GROUP)).toBeGreaterThan(0.9);
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: POINTS }, (_, i) => i));
  for (const [cluster, medoid] of medoids.entries()) expect(clusters[medoid]).toBe(cluster);
});

test("a medoid is the member with the largest mean cosine with the others, by all pairs in float64", async () => {
  const directions = drawDirections();
  const { clusters, medoids } = await mapAll(createReferenceKernels(), directions, 1);
  const cosine = (a: number, b: number) => {
    let [ab, aa, bb] = [0, 0, 0];
    for (let k = 0; k < WIDTH; k++) {
      const [x, y] = [directions[a * WIDTH + k]!, directions[b * WIDTH + k]!];
      [ab, aa, bb] = [ab + x * y, aa + x * x, bb + y * y];
    }
    return ab / Math.sqrt(aa * bb);
  };
  for (const [cluster, medoid] of medoids.entries()) {
    const members = [...clusters.keys()].filter((point) => clusters[point] === cluster);
    const mean = (point: number) => members.reduce((sum, other) => sum + cosine(point, other), 0);
    expect(mean(medoid)).toBeCloseTo(Math.max(...members.map(mean)), 5);
  }
});

test.each(backends)("the same seed gives the same bytes on $name with any number of threads", async (backend) => {
  const directions = drawDirections().slice(-(LONELY + 2 * PER_GROUP) * WIDTH);
  const maps = await Promise.all(backend.threads.map((threads) => mapAll(backend.create(threads), directions, 3)));
  for (const map of [...maps, await mapAll(backend.create(1), directions, 3)]) expect(map).toEqual(maps[0]);
  const other = await mapAll(backend.create(1), directions, 4);
  expect(other.places).not.toEqual(maps[0]!.places);
});

test.each([1, 2, 5])("%i directions alone have a map", async (points) => {
  const kernels = createReferenceKernels();
  const directions = kernels.upload(drawDirections().slice(0, points * WIDTH), [points, WIDTH]);
  const work = mapDirections(kernels, directions, chooseSettings(1, 1));
  let next = await work.next();
  while (!next.done) next = await work.next();
  expect(next.value.places).toHaveLength(2 * points);
  expect(next.value.places.every(Number.isFinite)).toBe(true);
  expect(next.value.order.toSorted()).toEqual(Array.from({ length: points }, (_, i) => i));
});
