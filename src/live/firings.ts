import type { SparseEncoder } from "../autoencoder/sparse-encoder.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import type { LiveFeature } from "./live-event.ts";

/** A feature that is active on a row, with what is known of its effect. */
export interface Firing {
  readonly row: number;
  readonly feature: number;
  readonly activation: number;
  lossEffect: number | null;
  logitEffect: number | null;
}

/** The active features of each row of x [rows, width], row by row. */
export async function listFirings(kernels: Kernels, encoder: SparseEncoder, x: Tensor): Promise<Firing[]> {
  const { codes, counts } = await encoder.encode(x);
  const [indices, values] = [await kernels.readInts(codes.indices), await kernels.read(codes.values)];
  return Array.from(counts).flatMap((count, row) =>
    Array.from({ length: count }, (_, slot) => {
      const at = row * codes.capacity + slot;
      return { row, feature: indices[at]!, activation: values[at]!, lossEffect: null, logitEffect: null };
    }),
  );
}

/** Firings by feature, the features in ascending order. */
export function groupByFeature(firings: readonly Firing[]): (readonly [feature: number, firings: readonly Firing[]])[] {
  const groups = Map.groupBy(firings, ({ feature }) => feature);
  return [...groups].sort(([a], [b]) => a - b);
}

/** The features of each of `rows` rows, the strongest first. */
export function listFeatures(firings: readonly Firing[], rows: number): LiveFeature[][] {
  const byRow = Map.groupBy(firings, ({ row }) => row);
  return Array.from({ length: rows }, (_, row) =>
    (byRow.get(row) ?? [])
      .map(({ feature, activation, lossEffect, logitEffect }) => ({ feature, activation, lossEffect, logitEffect }))
      .sort((a, b) => b.activation - a.activation || a.feature - b.feature),
  );
}
