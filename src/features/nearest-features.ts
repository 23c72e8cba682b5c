import type { Dictionary } from "../autoencoder/dictionary.ts";
import { releaseSparseCodes } from "../autoencoder/sparse-encoder.ts";
import { createSparseCodes, type Kernels, type Tensor } from "../kernels/kernels.ts";
import { NEIGHBOURS } from "./correlation.ts";
import type { Neighbour } from "./feature-record.ts";

// Dimensions: m features, d width.

const COSINES_AT_ONCE = 2 ** 22;

/** The features whose directions have the largest cosines with each feature's. */
export interface NearestFeatures {
  /** Up to ten others of features `first` .. `first + count`, nearest first; only those on the same side. */
  find(first: number, count: number): Promise<Neighbour[][]>;
  /** Frees the device tensors. */
  release(): void;
}

/** Prepares the search: the directions as unit vectors. */
export function createNearestFeatures(kernels: Kernels, { directions, features }: Dictionary): NearestFeatures {
  const units = kernels.create(directions.shape);
  kernels.normaliseRows(units, directions);
  const rows = Math.max(1, Math.min(features, Math.floor(COSINES_AT_ONCE / features)));
  const cosines = kernels.create([rows, features]);
  const codes = createSparseCodes(kernels, rows, NEIGHBOURS + 1);
  const findBlock = async (first: number, count: number): Promise<Neighbour[][]> => {
    const block = kernels.rows(cosines, 0, count);
    const part = (tensor: Tensor) => kernels.rows(tensor, 0, count);
    const found = { ...codes, indices: part(codes.indices), values: part(codes.values), counts: part(codes.counts) };
    kernels.gemm(block, kernels.rows(units, first, count), units, { transposeB: true });
    kernels.selectTopK(found, block, Math.min(NEIGHBOURS + 1, features));
    const [indices, values] = [await kernels.readInts(found.indices), await kernels.read(found.values)];
    const counts = await kernels.readInts(found.counts);
    return Array.from(counts, (size, row) => {
      const slots = Array.from({ length: size }, (_, i) => row * codes.capacity + i);
      return slots
        .map((slot) => ({ index: indices[slot]!, cosine: values[slot]! }))
        .filter(({ index }) => index !== first + row)
        .sort((a, b) => b.cosine - a.cosine || a.index - b.index)
        .slice(0, NEIGHBOURS);
    });
  };
  return {
    find: async (first, count) => {
      const nearest: Neighbour[][] = [];
      for (let done = 0; done < count; done += rows) {
        nearest.push(...(await findBlock(first + done, Math.min(rows, count - done))));
      }
      return nearest;
    },
    release: () => {
      kernels.release(units);
      kernels.release(cosines);
      releaseSparseCodes(kernels, codes);
    },
  };
}
