import type { Kernels, SparseCodes, Tensor } from "../../src/kernels/kernels.ts";
import { createRandomStream, type RandomStream } from "../../src/numerics/random.ts";

/** Whether tensors stand alone or as rows of a larger tensor, at an odd offset. */
export type Placement = "whole" | "view";

/** Makes one case's tensors: the same numbers on every backend, all of them exact in float32. */
export interface Arena {
  normal(shape: readonly number[], scale?: number, offset?: number): Tensor;
  /** Multiples of 1/8 in [-1, 1], zero among them: their dot products are exact in float32. */
  grid(shape: readonly number[]): Tensor;
  /** Odd multiples of 1/128 in (-1, 1): added to a dot product of grids, never zero. */
  oddGrid(shape: readonly number[]): Tensor;
  integers(shape: readonly number[], first: number, last: number): Tensor;
  /** Distinct integers of 0 .. bound. */
  distinct(count: number, bound: number): Tensor;
  given(values: readonly number[], shape: readonly number[]): Tensor;
  givenInts(values: readonly number[]): Tensor;
  /** An output that must be overwritten whole: NaN, or 12345 for integers. */
  blank(shape: readonly number[], dtype?: "float32" | "int32"): Tensor;
  blankCodes(B: number, capacity: number): SparseCodes;
  /** Codes of a random [B, m] matrix with about `share` of its entries positive; rows may exceed the capacity. */
  codes(B: number, m: number, capacity: number, share: number): SparseCodes;
  /** The number of elements around the views that no longer hold what was put there. */
  countBrokenGuards(): Promise<number>;
}

const BEFORE = 3;
const AFTER = 2;
const GUARD = 77;

interface Guarded {
  readonly base: Tensor;
  readonly first: number;
  readonly last: number;
}

/** `drawn` keeps the numbers between backends; `path` names the case. */
export function createArena(
  kernels: Kernels,
  placement: Placement,
  drawn: Map<string, Float32Array>,
  ...path: readonly string[]
): Arena {
  const guarded: Guarded[] = [];
  let created = 0;
  const nextStream = () => createRandomStream(1, ...path, created++);
  const place = (data: Float32Array | Int32Array, shape: readonly number[]): Tensor => {
    if (placement === "whole") return kernels.upload(data, shape);
    const rows = shape[0]!;
    const width = rows === 0 ? 0 : data.length / rows;
    const size = (rows + BEFORE + AFTER) * width;
    const padded = (data instanceof Int32Array ? new Int32Array(size) : new Float32Array(size)).fill(GUARD);
    padded.set(data, BEFORE * width);
    const base = kernels.upload(padded, [rows + BEFORE + AFTER, ...shape.slice(1)]);
    guarded.push({ base, first: BEFORE * width, last: (BEFORE + rows) * width });
    return kernels.rows(base, BEFORE, rows);
  };
  const floats = (shape: readonly number[], value: (i: number) => number) =>
    place(
      Float32Array.from({ length: size(shape) }, (_, i) => value(i)),
      shape,
    );
  const ints = (shape: readonly number[], value: (i: number) => number) =>
    place(
      Int32Array.from({ length: size(shape) }, (_, i) => value(i)),
      shape,
    );
  const random = (shape: readonly number[], value: (stream: RandomStream, i: number) => number) => {
    const key = JSON.stringify([path, created]);
    const stream = nextStream();
    const values = drawn.get(key) ?? Float32Array.from({ length: size(shape) }, (_, i) => value(stream, i));
    drawn.set(key, values);
    return place(values, shape);
  };
  const blank: Arena["blank"] = (shape, dtype = "float32") =>
    dtype === "int32" ? ints(shape, () => 12345) : floats(shape, () => Number.NaN);

  return {
    normal: (shape, scale = 1, offset = 0) => random(shape, (stream, i) => offset + scale * stream.normal(i)),
    grid: (shape) => random(shape, (stream, i) => (stream.integer(i, 17) - 8) / 8),
    oddGrid: (shape) => random(shape, (stream, i) => (2 * stream.integer(i, 128) - 127) / 128),
    integers: (shape, first, last) => {
      const stream = nextStream();
      return ints(shape, (i) => first + stream.integer(i, last - first + 1));
    },
    distinct: (count, bound) => {
      const stream = nextStream();
      const all = Array.from({ length: bound }, (_, i) => i);
      all.sort((a, b) => stream.bits(a) - stream.bits(b));
      return ints([count], (i) => all[i]!);
    },
    given: (values, shape) => floats(shape, (i) => values[i]!),
    givenInts: (values) => ints([values.length], (i) => values[i]!),
    blank,
    blankCodes: (B, capacity) => ({
      indices: blank([B, capacity], "int32"),
      values: blank([B, capacity]),
      counts: blank([B], "int32"),
      capacity,
    }),
    codes: (B, m, capacity, share) => {
      const arrays = drawCodes(nextStream(), B, m, capacity, share);
      return {
        indices: place(arrays.indices, [B, capacity]),
        values: place(arrays.values, [B, capacity]),
        counts: place(arrays.counts, [B]),
        capacity,
      };
    },
    countBrokenGuards: () => countBroken(kernels, guarded),
  };
}

async function countBroken(kernels: Kernels, guarded: readonly Guarded[]): Promise<number> {
  let broken = 0;
  for (const { base, first, last } of guarded) {
    const values = base.dtype === "int32" ? await kernels.readInts(base) : await kernels.read(base);
    values.forEach((value, i) => {
      if ((i < first || i >= last) && value !== GUARD) broken++;
    });
  }
  return broken;
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function drawCodes(stream: RandomStream, B: number, m: number, capacity: number, share: number) {
  const indices = new Int32Array(B * capacity).fill(12345);
  const values = new Float32Array(B * capacity).fill(Number.NaN);
  const counts = new Int32Array(B);
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < m; i++) {
      if (stream.uniform(b * m + i) >= share) continue;
      const k = counts[b]!;
      if (k < capacity) {
        indices[b * capacity + k] = i;
        values[b * capacity + k] = 0.1 + stream.uniform(B * m + b * m + i);
      }
      counts[b] = k + 1;
    }
  }
  return { indices, values, counts };
}
