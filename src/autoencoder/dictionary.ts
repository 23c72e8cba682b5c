import type { SparseCodes, Tensor } from "../kernels/kernels.ts";

/** Anything that turns activations into sparse non-negative codes and back; every metric and page works on this alone. */
export interface Dictionary {
  readonly features: number;
  readonly width: number;
  /** The direction each feature writes, one per row. */
  readonly directions: Tensor; // [features, width]
  /** codes = the active features of each row of x [B, width]; a row with more than the capacity overflows. */
  encode(codes: SparseCodes, x: Tensor): void;
  /** out = the reconstruction from the codes; out [B, width]. */
  decode(out: Tensor, codes: SparseCodes): void;
}
