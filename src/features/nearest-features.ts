import type { Dictionary } from "../autoencoder/dictionary.ts";
import { releaseSparseCodes } from "../autoencoder/sparse-encoder.ts";
import { createSparseCodes, type Kernels, type Tensor } from "../kernels/kernels.ts";
import { NEIGHBOURS } from "./correlation.ts";
import type { Neighbour } from "./feature-record.ts";

// Dimensions: m features, d width.

/** Cosines computed at once, 4 M: as many rows as keep the columns' directions from being read too often. */
const TILE = { rows: 512, columns: 8192 };

/** How the search is done. */
export interface NearestOptions {
  /** Others kept for each feature. */
  readonly neighbours?: number;
  readonly tile?: { readonly rows: number; readonly columns: number };
}

/** The features whose directions have the largest cosines with each feature's. */
export interface NearestFeatures {
  /** Up to `neighbours`, ten unless given, others of features `first` .. `first + count`, nearest first; only those on the same side. */
  find(first: number, count: number): Promise<Neighbour[][]>;
  /** Frees the device tensors. */
  release(): void;
}

/** Prepares the search: the directions as unit vectors. The products with all of them come tile by tile. */
export function createNearestFeatures(
  kernels: Kernels,
  { directions, features }: Pick<Dictionary, "directions" | "features">,
  { neighbours: kept = NEIGHBOURS, tile = TILE }: NearestOptions = {},
): NearestFeatures {
  const units = kernels.create(directions.shape);
  kernels.normaliseRows(units, directions);
  const rows = Math.min(tile.rows, features);
  const starts = Array.from({ length: Math.ceil(features / tile.columns) }, (_, i) => i * tile.columns);
  const widthAt = (start: number) => Math.min(tile.columns, features - start);
  const widths = new Set(starts.map(widthAt));
  const cosines = new Map(Array.from(widths, (width) => [width, kernels.create([rows, width])] as const));
  const codes = createSparseCodes(kernels, rows, kept + 1);
  const findInTile = async (first: number, count: number, start: number): Promise<Neighbour[][]> => {
    const width = widthAt(start);
    const block = kernels.rows(cosines.get(width)!, 0, count);
    const part = (tensor: Tensor) => kernels.rows(tensor, 0, count);
    const found = { ...codes, indices: part(codes.indices), values: part(codes.values), counts: part(codes.counts) };
    kernels.gemm(block, kernels.rows(units, first, count), kernels.rows(units, start, width), { transposeB: true });
    kernels.selectTopK(found, block, Math.min(kept + 1, width));
    const [indices, values] = [await kernels.readInts(found.indices), await kernels.read(found.values)];
    const counts = await kernels.readInts(found.counts);
    return Array.from(counts, (size, row) =>
      Array.from({ length: size }, (_, i) => {
        const slot = row * codes.capacity + i;
        return { index: start + indices[slot]!, cosine: values[slot]! };
      }),
    );
  };
  const findRows = async (first: number, count: number): Promise<Neighbour[][]> => {
    const found: Neighbour[][] = Array.from({ length: count }, () => []);
    for (const start of starts) {
      const inTile = await findInTile(first, count, start);
      for (const [row, neighbours] of inTile.entries()) found[row]!.push(...neighbours);
    }
    return found.map((neighbours, row) =>
      neighbours
        .filter(({ index }) => index !== first + row)
        .sort((a, b) => b.cosine - a.cosine || a.index - b.index)
        .slice(0, kept),
    );
  };
  return {
    find: async (first, count) => {
      const nearest: Neighbour[][] = [];
      for (let done = 0; done < count; done += rows) {
        nearest.push(...(await findRows(first + done, Math.min(rows, count - done))));
      }
      return nearest;
    },
    release: () => {
      for (const tensor of [units, ...cosines.values()]) kernels.release(tensor);
      releaseSparseCodes(kernels, codes);
    },
  };
}
