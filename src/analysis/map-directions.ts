import { createNearestFeatures } from "../features/nearest-features.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { clusterByDensity, UNCLUSTERED } from "./cluster-by-density.ts";
import type { MapSettings } from "./feature-map.ts";
import { layOutGraph } from "./lay-out-graph.ts";
import { connectNeighbours, type Neighbours } from "./neighbour-graph.ts";

// Dimensions: n directions, d width.

/** Where directions lie on a map, and what they form there. */
export interface DirectionMap {
  readonly places: Float32Array; // [n, 2]
  /** Cluster of each direction, -1 for none. */
  readonly clusters: Int32Array; // [n]
  readonly medoids: readonly number[];
  readonly order: readonly number[];
}

/** How far a map is: of one of its parts, the share done. */
export interface MapProgress {
  readonly part: "neighbours" | "map" | "clusters" | "order";
  readonly share: number;
}

/** Directions whose neighbours are asked for at a time. */
const ROWS = 512;

/**
 * Lays directions [n, d] out in two dimensions, finds clusters in ten and an order in one (paper, appendix on the map). The same
 * directions and settings give the same bytes.
 */
export async function* mapDirections(
  kernels: Kernels,
  directions: Tensor,
  settings: MapSettings,
): AsyncGenerator<MapProgress, DirectionMap> {
  const { seed, minDistance } = settings;
  const graph = connectNeighbours(
    yield* findNeighbours(kernels, directions, settings, { part: "neighbours", scale: 1 }),
  );
  const places = yield* tell("map", 1, layOutGraph(graph, { dimensions: 2, minDistance, seed, name: "map" }));
  const { clusterDimensions: dimensions, clusterMinDistance, smallestCluster: smallest } = settings;
  const layout = layOutGraph(graph, { dimensions, minDistance: clusterMinDistance, seed, name: "clusters" });
  const wide = yield* tell("clusters", 0.5, layout);
  const clusters = yield* tell("clusters", 0.5, clusterByDensity({ places: wide, dimensions }, { smallest }), 0.5);
  const units = await readUnits(kernels, directions);
  const members = listMembers(clusters);
  const medoids = members.map((points) => findMedoid(points, units));
  const order = yield* orderAll(kernels, directions, settings, { clusters, members, medoids, units });
  return { places, clusters, medoids, order };
}

/** The exact nearest others of each direction by cosine; fewer where fewer are on the same side. */
async function* findNeighbours(
  kernels: Kernels,
  directions: Tensor,
  { neighbours }: MapSettings,
  { part, scale }: { readonly part: MapProgress["part"]; readonly scale: number },
): AsyncGenerator<MapProgress, Neighbours> {
  const features = directions.shape[0]!;
  const search = createNearestFeatures(kernels, { directions, features }, { neighbours: neighbours - 1 });
  const [starts, others, distances] = [new Int32Array(features + 1), [] as number[], [] as number[]];
  for (let first = 0; first < features; first += ROWS) {
    const found = await search.find(first, Math.min(ROWS, features - first));
    for (const [row, nearest] of found.entries()) {
      for (const { index, cosine } of nearest) {
        others.push(index);
        distances.push(Math.max(0, 1 - cosine));
      }
      starts[first + row + 1] = others.length;
    }
    yield { part, share: (scale * (first + found.length)) / features };
  }
  search.release();
  return { starts, others: Int32Array.from(others), distances: Float64Array.from(distances) };
}

async function* tell<T>(
  part: MapProgress["part"],
  scale: number,
  work: Generator<number, T>,
  from = 0,
): AsyncGenerator<MapProgress, T> {
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
    yield { part, share: from + scale * next.value };
  }
}

interface Groups {
  readonly clusters: Int32Array;
  readonly members: readonly (readonly number[])[];
  readonly medoids: readonly number[];
  readonly units: Units;
}

/** Unclustered directions and medoids laid out in one dimension; the others of a cluster follow its medoid, the most alike first. */
async function* orderAll(
  kernels: Kernels,
  directions: Tensor,
  settings: MapSettings,
  { clusters, members, medoids, units }: Groups,
): AsyncGenerator<MapProgress, number[]> {
  const chosen = Int32Array.from(
    [...clusters.keys()].filter((i) => clusters[i] === UNCLUSTERED).concat(medoids),
  ).sort();
  const subset = kernels.create([chosen.length, directions.shape[1]!]);
  const rows = kernels.upload(chosen, [chosen.length]);
  kernels.gatherRows(subset, directions, rows);
  const graph = connectNeighbours(yield* findNeighbours(kernels, subset, settings, { part: "order", scale: 0.5 }));
  for (const tensor of [subset, rows]) kernels.release(tensor);
  const { seed, clusterMinDistance: minDistance } = settings;
  const line = yield* tell("order", 0.5, layOutGraph(graph, { dimensions: 1, minDistance, seed, name: "order" }), 0.5);
  const sorted = Array.from(chosen.keys()).sort((a, b) => line[a]! - line[b]! || a - b);
  return sorted.flatMap((at) => {
    const point = chosen[at]!;
    const cluster = clusters[point]!;
    if (cluster === UNCLUSTERED) return [point];
    const likeness = (other: number) => dot(units.row(point), units.row(other));
    const rest = members[cluster]!.filter((other) => other !== point);
    return [point, ...rest.sort((a, b) => likeness(b) - likeness(a) || a - b)];
  });
}

function listMembers(clusters: Int32Array): number[][] {
  const members: number[][] = Array.from({ length: clusters.reduce((a, b) => Math.max(a, b), -1) + 1 }, () => []);
  for (const [point, cluster] of clusters.entries()) if (cluster !== UNCLUSTERED) members[cluster]!.push(point);
  return members;
}

/** Directions of length 1. */
interface Units {
  readonly row: (i: number) => Float32Array; // [d]
}

async function readUnits(kernels: Kernels, directions: Tensor): Promise<Units> {
  const units = kernels.create(directions.shape);
  kernels.normaliseRows(units, directions);
  const values = await kernels.read(units);
  kernels.release(units);
  const width = directions.shape[1]!;
  return { row: (i) => values.subarray(i * width, (i + 1) * width) };
}

/** The member with the largest mean cosine with all of them. */
function findMedoid(members: readonly number[], { row }: Units): number {
  const sum = new Float64Array(row(members[0]!).length);
  for (const member of members) for (const [k, value] of row(member).entries()) sum[k] = sum[k]! + value;
  const likeness = new Map(members.map((member) => [member, dot(row(member), sum)]));
  return members.reduce((best, member) => (likeness.get(member)! > likeness.get(best)! ? member : best));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
