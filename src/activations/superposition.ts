import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createRandomStream, type RandomStream } from "../numerics/random.ts";
import { UserError } from "../numerics/user-error.ts";

/** Which activations are made up. */
export interface SuperpositionOptions {
  /** Directions in the known dictionary. */
  readonly features: number;
  /** Dimensions that hold them; fewer than features puts them in superposition. */
  readonly width: number;
  /** Mean number of active features of a row. */
  readonly active: number;
  readonly seed: number;
  /** The i-th most frequent feature is active in proportion to i^-exponent; 0 if absent, all features alike. */
  readonly frequencyExponent?: number;
  /** Share of features that fire in groups: when a group fires, each member does with probability `together`. */
  readonly correlated?: number;
  /** 0.5 if absent; towards 1 the sum of a group's directions costs less than they do, and is what gets learned. */
  readonly together?: number;
  /** Share of features that exclude one another: when a group fires, one member does. */
  readonly exclusive?: number;
  /** Features in a group, 4 if absent. */
  readonly groupSize?: number;
  /** Standard deviation of the noise on each coordinate, 0 if absent. */
  readonly noise?: number;
  /** What every coordinate has besides, 0 if absent. */
  readonly offset?: number;
}

/** The codes of some rows, row by row in ascending order of feature. */
export interface SuperposedCodes {
  /** Row r holds entries starts[r] .. starts[r + 1]. */
  readonly starts: Int32Array; // [rows + 1]
  readonly features: Int32Array; // [entries]
  readonly values: Float32Array; // [entries], from 0.5 to 1.5
}

/** Activations made of a known dictionary; each row depends on the seed and its number alone, however rows are cut. */
export interface Superposition {
  readonly features: number;
  readonly width: number;
  /** The known dictionary. */
  readonly directions: Float32Array; // [features, width], unit rows
  /** How often each feature is active; never rising. */
  readonly frequencies: Float64Array; // [features]
  /** The true codes of rows first .. first + count. */
  codes(first: number, count: number): SuperposedCodes;
  /** Those rows themselves: codes times directions, plus offset and noise. */
  rows(first: number, count: number): Float32Array; // [count, width]
}

/**
 * Hides `features` random unit directions in `width` dimensions (the superposition hypothesis of the paper, made true).
 * Throws UserError (exit code 2) where a feature would have to be active more often than always.
 */
export function createSuperposition(options: SuperpositionOptions): Superposition {
  const { features, width, seed, noise = 0, offset = 0 } = options;
  const frequencies = chooseFrequencies(options);
  const units = createUnits(options, frequencies);
  const directions = drawDirections(features, width, seed);
  const codes = (first: number, count: number) => drawCodes(units, createRandomStream(seed, "codes"), first, count);
  return {
    features,
    width,
    directions,
    frequencies,
    codes,
    rows: (first, count) => {
      const out = new Float32Array(count * width).fill(offset);
      addCodes(out, codes(first, count), directions, width);
      if (noise > 0) addNoise(out, createRandomStream(seed, "noise"), first, width, noise);
      return out;
    },
  };
}

/** Rows `first`, `first` + 1, ... in batches [batch, width] without end, each valid until the next. */
export function* superposedBatches(
  kernels: Kernels,
  truth: Superposition,
  batch: number,
  first = 0,
): Generator<Tensor, never> {
  const x = kernels.create([batch, truth.width]);
  for (let row = first; ; row += batch) {
    kernels.write(x, truth.rows(row, batch));
    yield x;
  }
}

/** Features that are drawn together; rates never rise from unit to unit. */
interface Unit {
  readonly kind: "single" | "correlated" | "exclusive";
  readonly first: number;
  readonly size: number;
  /** Probability that it fires in a row. */
  readonly rate: number;
  /** Probability that each member does when a correlated unit fires. */
  readonly together: number;
}

/** A power law over ranks whose sum is `active`. */
function chooseFrequencies({ features, active, frequencyExponent = 0 }: SuperpositionOptions): Float64Array {
  const shares = Float64Array.from({ length: features }, (_, rank) => (rank + 1) ** -frequencyExponent);
  const total = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => (active * share) / total);
}

/** Cuts the features into groups of neighbours in frequency; members of a group get the mean of theirs. */
function createUnits(options: SuperpositionOptions, frequencies: Float64Array): readonly Unit[] {
  const { features, seed, correlated = 0, together = 0.5, exclusive = 0, groupSize = 4 } = options;
  const draw = createRandomStream(seed, "groups");
  const units: Unit[] = [];
  for (let first = 0; first < features; first += groupSize) {
    const members = frequencies.subarray(first, Math.min(features, first + groupSize));
    const size = members.length;
    const mean = members.reduce((a, b) => a + b, 0) / size;
    const place = draw.uniform(first);
    if (place < correlated) units.push({ kind: "correlated", first, size, rate: mean / together, together });
    else if (place < correlated + exclusive)
      units.push({ kind: "exclusive", first, size, rate: mean * size, together });
    else units.push(...Array.from(members, (rate, i) => single(first + i, rate)));
    if (place < correlated + exclusive) members.fill(mean);
  }
  units.sort((a, b) => b.rate - a.rate || a.first - b.first);
  if (units[0]!.rate <= 1) return units;
  throw new UserError(
    `A superposition with ${options.active} of ${features} features active would need one of them to fire with probability ${units[0]!.rate.toFixed(2)}: lower active or frequencyExponent.`,
    2,
  );
}

function single(first: number, rate: number): Unit {
  return { kind: "single", first, size: 1, rate, together: 1 };
}

function drawDirections(features: number, width: number, seed: number): Float32Array {
  const stream = createRandomStream(seed, "directions");
  const directions = Float32Array.from({ length: features * width }, (_, index) => stream.normal(index));
  for (let row = 0; row < features; row++) {
    const direction = directions.subarray(row * width, (row + 1) * width);
    const norm = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
    for (let j = 0; j < width; j++) direction[j] = direction[j]! / norm;
  }
  return directions;
}

const DRAWS_PER_ROW = 2 ** 20;

function drawCodes(units: readonly Unit[], stream: RandomStream, first: number, count: number): SuperposedCodes {
  const starts = new Int32Array(count + 1);
  const features: number[] = [];
  const values: number[] = [];
  for (let r = 0; r < count; r++) {
    let index = (first + r) * DRAWS_PER_ROW;
    const draw = () => (stream.bits(index++) + 0.5) / 2 ** 32;
    const active = drawActive(units, draw).sort((a, b) => a - b);
    for (const feature of active) {
      features.push(feature);
      values.push(0.5 + draw());
    }
    starts[r + 1] = features.length;
  }
  return { starts, features: Int32Array.from(features), values: Float32Array.from(values) };
}

/** The active features of a row, without a look at most of the others: skips from one candidate to the next, since rates never rise (Miller and Hagberg 2011). */
function drawActive(units: readonly Unit[], draw: () => number): number[] {
  const active: number[] = [];
  let bound = units[0]!.rate;
  for (let i = 0; i < units.length; i++) {
    if (bound < 1) i += Math.floor(Math.log(draw()) / Math.log1p(-bound));
    const unit = units[i];
    if (unit === undefined) break;
    if (draw() * bound < unit.rate) fire(active, unit, draw);
    bound = unit.rate;
  }
  return active;
}

function fire(active: number[], { kind, first, size, together }: Unit, draw: () => number): void {
  if (kind === "single") active.push(first);
  else if (kind === "exclusive") active.push(first + Math.floor(draw() * size));
  else for (let i = 0; i < size; i++) if (draw() < together) active.push(first + i);
}

function addCodes(out: Float32Array, codes: SuperposedCodes, directions: Float32Array, width: number): void {
  for (let r = 0; r + 1 < codes.starts.length; r++) {
    for (let entry = codes.starts[r]!; entry < codes.starts[r + 1]!; entry++) {
      const value = codes.values[entry]!;
      const from = codes.features[entry]! * width;
      for (let j = 0; j < width; j++) out[r * width + j]! += value * directions[from + j]!;
    }
  }
}

/** The sum of a hash's four bytes is close to normal; its mean is 510 and its variance 4 (256^2 - 1) / 12. */
const BYTES_DEVIATION = Math.sqrt((256 ** 2 - 1) / 3);

function addNoise(out: Float32Array, keys: RandomStream, first: number, width: number, deviation: number): void {
  const unit = deviation / BYTES_DEVIATION;
  for (let r = 0; r * width < out.length; r++) {
    const [key0, key1] = [keys.bits(2 * (first + r)), keys.bits(2 * (first + r) + 1)];
    for (let j = 0; j < width; j++) {
      const hash = mix(mix(Math.imul(j + 1, 0x9e3779b9) ^ key0) ^ key1);
      const bytes = (hash & 255) + ((hash >>> 8) & 255) + ((hash >>> 16) & 255) + (hash >>> 24);
      out[r * width + j]! += unit * (bytes - 510);
    }
  }
}

/** A bijection of 32 bits that spreads every bit over all (murmur3's finaliser). */
function mix(value: number): number {
  const h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const g = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return g ^ (g >>> 16);
}
