import type { SingleMatch, Specificity } from "../../src/analysis/specificity.ts";

/** What a search for proxies may have found: one by a feature, one by nothing, one that the text lacks. */
export function createFakeSpecificity(): Specificity {
  const score = { precision: 0.91, recall: 0.82, f1: 0.863, pearson: 0.84 };
  const intervals = { f1: [0.85, 0.88], pearson: [0.82, 0.86] } as const;
  const match = (index: number): SingleMatch => ({ index, threshold: 0, ...score, intervals });
  const best = (index: number) => ({ byF1: match(index), byF1WithThreshold: match(index), byPearson: match(index) });
  const none = { byF1: null, byF1WithThreshold: null, byPearson: null };
  const positives = { selection: 1000, judgement: 1100 };
  return {
    tokens: { selection: 15_700, judgement: 15_700 },
    thresholds: { count: 2, tailShares: [] as unknown as Specificity["thresholds"]["tailShares"] },
    findings: [
      {
        kind: "searched",
        proxy: "arabic",
        title: "Arabic script",
        rule: "letters of the Arabic script",
        positives,
        feature: best(2),
        union: { features: [2, 9], ...score, intervals } as never,
        neuron: best(77),
      },
      {
        kind: "searched",
        proxy: "base64",
        title: "base64",
        rule: "runs of base64",
        positives,
        feature: none,
        union: null,
        neuron: none,
      },
      {
        kind: "absent",
        proxy: "dna",
        title: "DNA",
        rule: "runs of A, C, G and T",
        positives: { selection: 0, judgement: 0 },
      },
    ],
  };
}
