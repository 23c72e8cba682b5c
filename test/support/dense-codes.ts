import type { CodeScan } from "../../src/features/scan-codes.ts";

/** The activations of features over tokens, [features][tokens], as the codes of a dictionary; every `perBatch` tokens a batch. */
export function scanDense(activations: readonly (readonly number[])[], perBatch = 5): CodeScan {
  const tokens = activations[0]!.length;
  const batches = Math.ceil(tokens / perBatch);
  return {
    batches,
    batch: async (index) => {
      const rows = Array.from({ length: Math.min(perBatch, tokens - index * perBatch) }, (_, row) =>
        activations.flatMap((own, feature) => {
          const value = own[index * perBatch + row]!;
          return value > 0 ? [{ feature, value }] : [];
        }),
      );
      const rowStarts = new Uint32Array(rows.length + 1);
      for (const [row, entries] of rows.entries()) rowStarts[row + 1] = rowStarts[row]! + entries.length;
      return {
        firstContext: index,
        contexts: 1,
        rowStarts,
        features: Uint16Array.from(rows.flat(), ({ feature }) => feature),
        values: Float32Array.from(rows.flat(), ({ value }) => value),
      };
    },
    firstContext: (index) => Math.min(index, batches),
    keptShare: () => 1,
    release: () => {},
  };
}
