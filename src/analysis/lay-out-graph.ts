import { createRandomStream, mixBits } from "../numerics/random.ts";
import { type DistanceCurve, fitDistanceCurve } from "./distance-curve.ts";
import type { NeighbourGraph } from "./neighbour-graph.ts";
import { startSpectrally } from "./spectral-start.ts";

// UMAP's layout (McInnes, Healy & Melville 2018, section 3.2), step by step as umap-learn does it. Dimensions: n points, d dimensions.

/** How a graph is laid out. */
export interface LayoutOptions {
  readonly dimensions: number;
  /** How close points may come. */
  readonly minDistance: number;
  readonly seed: number;
  /** What the layout is called among those of the same seed. */
  readonly name: string;
  /** Times each edge of full weight is pulled at; 500 for few points and 200 for many unless given. */
  readonly epochs?: number;
}

/** Points up to which 500 epochs are done. */
const FEW_POINTS = 10_000;
const REPULSIONS = 5;
/** No step is longer than this in any dimension. */
const LONGEST = 4;
const GOLDEN = 0x9e3779b9;
const TWO_POW_32 = 4294967296;

/** Edges as the epochs go over them. */
interface Pulls {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Epochs from one pull at the edge to the next. */
  readonly every: Float64Array;
  readonly next: Float64Array;
  readonly nextRepulsion: Float64Array;
}

/**
 * Coordinates [n, d] in which points that the graph connects are near one another; yields the share done after each epoch. The same
 * graph and options give the same bytes.
 */
export function* layOutGraph(graph: NeighbourGraph, options: LayoutOptions): Generator<number, Float32Array> {
  const { dimensions, seed, name } = options;
  const epochs = options.epochs ?? (graph.points <= FEW_POINTS ? 500 : 200);
  const random = createRandomStream(seed, "map", name);
  const places = startSpectrally(graph, dimensions, random);
  const pulls = listPulls(graph, epochs);
  const curve = fitDistanceCurve(options.minDistance);
  const epochSeeds = createRandomStream(seed, "map epochs", name);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 1 - epoch / epochs;
    moveOnce(places, pulls, { curve, dimensions, epoch, rate, random: epochSeeds.bits(epoch) });
    yield (epoch + 1) / epochs;
  }
  return Float32Array.from(places);
}

/** The edges that are pulled at in so many epochs at all. */
function listPulls({ points, starts, others, weights }: NeighbourGraph, epochs: number): Pulls {
  const heaviest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const kept = Array.from(weights.keys()).filter((at) => weights[at]! >= heaviest / epochs && weights[at]! > 0);
  const owners = new Int32Array(others.length);
  for (let point = 0; point < points; point++) owners.fill(point, starts[point]!, starts[point + 1]!);
  const every = Float64Array.from(kept, (at) => heaviest / weights[at]!);
  return {
    from: Int32Array.from(kept, (at) => owners[at]!),
    to: Int32Array.from(kept, (at) => others[at]!),
    every,
    next: every.slice(),
    nextRepulsion: every.map((epochs) => epochs / REPULSIONS),
  };
}

interface Epoch {
  readonly curve: DistanceCurve;
  readonly dimensions: number;
  readonly epoch: number;
  readonly rate: number;
  /** Start of the counter from which the epoch's random points are hashed. */
  readonly random: number;
}

function moveOnce(places: Float64Array, pulls: Pulls, { curve, dimensions, epoch, rate, random }: Epoch): void {
  const { from, to, every, next, nextRepulsion } = pulls;
  const points = places.length / dimensions;
  let counter = random;
  for (let edge = 0; edge < from.length; edge++) {
    if (next[edge]! > epoch) continue;
    const own = from[edge]! * dimensions;
    attract(places, own, to[edge]! * dimensions, dimensions, curve, rate);
    next[edge] = next[edge]! + every[edge]!;
    const between = every[edge]! / REPULSIONS;
    const repulsions = Math.floor((epoch - nextRepulsion[edge]!) / between);
    for (let i = 0; i < repulsions; i++) {
      counter = (counter + GOLDEN) >>> 0;
      const other = Math.floor((mixBits(counter) / TWO_POW_32) * points) * dimensions;
      if (other !== own) repel(places, own, other, dimensions, curve, rate);
    }
    nextRepulsion[edge] = nextRepulsion[edge]! + repulsions * between;
  }
}

function attract(
  places: Float64Array,
  own: number,
  other: number,
  dimensions: number,
  { a, b }: DistanceCurve,
  rate: number,
): void {
  const squared = squaredDistance(places, own, other, dimensions);
  if (squared <= 0) return;
  const power = a * squared ** b;
  const pull = (-2 * b * power) / squared / (power + 1);
  for (let d = 0; d < dimensions; d++) {
    const step = rate * clip(pull * (places[own + d]! - places[other + d]!));
    places[own + d] = places[own + d]! + step;
    places[other + d] = places[other + d]! - step;
  }
}

function repel(
  places: Float64Array,
  own: number,
  other: number,
  dimensions: number,
  { a, b }: DistanceCurve,
  rate: number,
): void {
  const squared = squaredDistance(places, own, other, dimensions);
  const push = squared > 0 ? (2 * b) / ((0.001 + squared) * (a * squared ** b + 1)) : 0;
  for (let d = 0; d < dimensions; d++) {
    const step = push > 0 ? clip(push * (places[own + d]! - places[other + d]!)) : LONGEST;
    places[own + d] = places[own + d]! + rate * step;
  }
}

function squaredDistance(places: Float64Array, own: number, other: number, dimensions: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++) sum += (places[own + d]! - places[other + d]!) ** 2;
  return sum;
}

function clip(step: number): number {
  return step > LONGEST ? LONGEST : step < -LONGEST ? -LONGEST : step;
}
