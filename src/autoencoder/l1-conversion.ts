/** How a publication writes its loss, as far as its L1 coefficient depends on it. */
export interface L1Convention {
  readonly name: "sum-of-squares" | "mean-of-squares" | "summed-over-batch" | "unit-scale";
  readonly loss: string;
  /** Recipes and libraries that write it so. */
  readonly usedBy: readonly string[];
}

/** What conversions depend on. */
export interface L1Setting {
  /** Width of the activations. */
  readonly width: number;
  /** Activation vectors per step, which a penalty summed over the batch depends on. */
  readonly batch?: number | undefined;
  /** Mean Euclidean norm of the activations, which recipes that scale it to sqrt(width) depend on. */
  readonly meanNorm?: number | undefined;
}

/** The conventions of the published recipes. All losses are means over the batch but for the penalty of `summed-over-batch`. */
export const L1_CONVENTIONS: readonly L1Convention[] = [
  {
    name: "sum-of-squares",
    loss: "|x - x'|^2 + l1 sum f",
    usedBy: ["default", "dictionary-learning", "saelens"],
  },
  { name: "mean-of-squares", loss: "|x - x'|^2 / width + l1 sum f", usedBy: ["paper", "shehper", "aisf"] },
  { name: "summed-over-batch", loss: "|x - x'|^2 + l1 batch sum f", usedBy: ["neel"] },
  {
    name: "unit-scale",
    loss: "|x - x'|^2 + l1 sum f |d|, x scaled to mean norm sqrt(width)",
    usedBy: ["april-2024"],
  },
];

/** Coefficients as they were published, with the setting they were used in. */
export const PUBLISHED_L1 = [
  { source: "paper, A/0 to A/5", l1: 0.004, convention: "mean-of-squares", width: 512, batch: 8192 },
  { source: "shehper, final run", l1: 0.001, convention: "mean-of-squares", width: 512, batch: 8192 },
  { source: "shehper, default of the code", l1: 0.003, convention: "mean-of-squares", width: 512, batch: 8192 },
  { source: "neel, code", l1: 0.0003, convention: "summed-over-batch", width: 2048, batch: 4096 },
  { source: "neel, as his notes have it", l1: 0.003, convention: "summed-over-batch", width: 2048, batch: 4096 },
] as const satisfies readonly (L1Setting & { source: string; l1: number; convention: L1Convention["name"] })[];

/**
 * The coefficient in another convention, for the same minimum on the same activations; undefined where the setting lacks
 * what the conversion depends on. Activations times s have the same minimum under a coefficient times s.
 */
export function convertL1(
  l1: number,
  from: L1Convention["name"],
  to: L1Convention["name"],
  setting: L1Setting,
): number | undefined {
  const [source, target] = [sumOfSquaresFactor(from, setting), sumOfSquaresFactor(to, setting)];
  return source === undefined || target === undefined ? undefined : (l1 * source) / target;
}

/** What a coefficient is multiplied by to stand beside a sum of squares, per vector of raw activations. */
function sumOfSquaresFactor(name: L1Convention["name"], { width, batch, meanNorm }: L1Setting): number | undefined {
  switch (name) {
    case "sum-of-squares":
      return 1;
    case "mean-of-squares":
      return width;
    case "summed-over-batch":
      return batch;
    case "unit-scale":
      return meanNorm === undefined ? undefined : meanNorm / Math.sqrt(width);
    default:
      return name satisfies never;
  }
}
