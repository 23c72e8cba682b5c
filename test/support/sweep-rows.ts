import type { SweepRow } from "../../src/pipeline/sweep/sweep-record.ts";

/** A row of a sweep's record with plausible figures, those given replaced. */
export function createSweepRow(changes: Partial<SweepRow> & { readonly recovered?: number } = {}): SweepRow {
  const { recovered = 0.9, ...given } = changes;
  return {
    dictionary: "s-member",
    group: "",
    varied: {},
    features: 512,
    steps: 10,
    vectors: 1000,
    training: { loss: 10, reconstruction: 7, sparsity: 6, l1: 0.5 },
    l0: 20,
    lossRecovered: { zero: recovered, mean: recovered + 0.01 },
    explainedVariance: 0.8,
    fractionBelow: { "1e-5": 0.1, "1e-4": 0.1 },
    dead: 0,
    evaluationTokens: 1000,
    onFrontier: false,
    ...given,
  };
}
