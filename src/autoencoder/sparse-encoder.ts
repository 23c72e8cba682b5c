import { createSparseCodes, type Kernels, type SparseCodes, type Tensor } from "../kernels/kernels.ts";
import type { Dictionary } from "./dictionary.ts";

/** Complete codes of a batch and their true counts per row. */
export interface EncodedBatch {
  readonly codes: SparseCodes;
  readonly counts: Int32Array; // [B]
}

/** Encodes batches of any size and density without losing an entry. */
export interface SparseEncoder {
  /** The codes of x [B, width]; valid until the next call. */
  encode(x: Tensor): Promise<EncodedBatch>;
  /** Frees the codes. */
  release(): void;
}

/** An encoder whose codes grow when a row overflows, which then is encoded again. */
export function createSparseEncoder(kernels: Kernels, dictionary: Dictionary, capacity = 64): SparseEncoder {
  let codes: SparseCodes | undefined;
  const allocate = (rows: number, wanted: number): SparseCodes => {
    if (codes) releaseSparseCodes(kernels, codes);
    codes = createSparseCodes(kernels, rows, Math.min(wanted, dictionary.features));
    return codes;
  };
  return {
    encode: async (x) => {
      const rows = x.shape[0]!;
      const fits = codes?.counts.shape[0] === rows;
      let current = fits ? codes! : allocate(rows, codes?.capacity ?? capacity);
      dictionary.encode(current, x);
      let counts = await kernels.readInts(current.counts);
      const largest = counts.reduce((a, b) => Math.max(a, b), 0);
      if (largest > current.capacity) {
        current = allocate(rows, 2 ** Math.ceil(Math.log2(largest)));
        dictionary.encode(current, x);
        counts = await kernels.readInts(current.counts);
      }
      return { codes: current, counts };
    },
    release: () => {
      if (codes) releaseSparseCodes(kernels, codes);
      codes = undefined;
    },
  };
}

/** Frees the three tensors of the codes. */
export function releaseSparseCodes(kernels: Kernels, codes: SparseCodes): void {
  for (const tensor of [codes.indices, codes.values, codes.counts]) kernels.release(tensor);
}
