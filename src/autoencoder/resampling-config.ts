import { z } from "zod";

/** What the three published ways of resampling choose; every choice can be changed alone. */
const VARIANTS = {
  paper: {
    towards: "inputs",
    inputs: 819_200,
    drawBy: "squared-loss",
    penaltyInLoss: true,
    centred: false,
    replacement: false,
    encoderRow: "direction",
    encoderScale: 0.2,
    resetAdam: true,
    rewarm: 0,
  },
  neel: {
    towards: "kaiming",
    inputs: 1,
    drawBy: "squared-loss",
    penaltyInLoss: true,
    centred: false,
    replacement: false,
    encoderRow: "direction",
    encoderScale: 0.2,
    resetAdam: false,
    rewarm: 0,
  },
  "dictionary-learning": {
    towards: "inputs",
    inputs: 1,
    drawBy: "error-norm",
    penaltyInLoss: false,
    centred: false,
    replacement: false,
    encoderRow: "input",
    encoderScale: 0.2,
    resetAdam: true,
    rewarm: 0,
  },
} as const;

const switches = {
  variant: z
    .enum(["paper", "neel", "dictionary-learning"])
    .default("paper")
    .describe("whose choices hold where a switch below is not given"),
  towards: z
    .enum(["inputs", "kaiming"])
    .describe("new rows: badly reconstructed inputs, or drawn as at the start (`neel`)"),
  inputs: z
    .int()
    .positive()
    .describe("random inputs whose losses decide where dead features are put; one batch at least"),
  drawBy: z
    .enum(["squared-loss", "error-norm"])
    .describe("an input's chance: its loss squared, or the length of its error"),
  penaltyInLoss: z.boolean().describe("whether the loss that is squared includes the sparsity penalty"),
  centred: z.boolean().describe("whether the new direction is the input minus the decoder bias instead of the input"),
  replacement: z.boolean().describe("whether one input may serve several features"),
  encoderRow: z
    .enum(["direction", "input"])
    .describe("new encoder row: the input at norm 1, or as it is, times the scale"),
  encoderScale: z.number().positive().describe("the scale, in mean norms of alive encoder rows"),
  resetAdam: z.boolean().describe("whether the moments of changed weights are emptied"),
  rewarm: z.number().min(0).describe("steps (or share) over which the learning rate rises again from 0 afterwards"),
};

const steps = {
  at: z.array(z.int().positive()).min(1).readonly().optional().describe("steps after which dead features are replaced"),
  every: z.int().positive().optional().describe("instead of `at`: after every so many steps"),
  window: z.int().positive().describe("a feature is dead if silent for this many steps before"),
};

const shares = {
  at: z.array(z.number().gt(0).lte(1)).min(1).readonly().optional().describe("the same as shares of the run's steps"),
  every: z.number().gt(0).lte(1).optional().describe("instead of `at`: a share of the run's steps"),
  window: z.number().gt(0).lte(1).describe("the window as a share of the run's steps"),
};

/** When and how dead features are re-initialised: never, at given steps, or at shares of the run. */
export const resamplingSchema = z.preprocess(
  fillVariant,
  z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("none") }),
      z.strictObject({ kind: z.literal("steps"), ...steps, ...switches }),
      z.strictObject({ kind: z.literal("shares"), ...shares, ...switches }),
    ])
    .refine(timesAreGivenOnce, "wanted resampling.at or resampling.every, and not both")
    .refine(windowsAreDisjoint, "resampling.at must rise by at least resampling.window from each to the next"),
);

/** When and how dead features are re-initialised. */
export type Resampling = z.output<typeof resamplingSchema>;

/** The choices of a schedule that resamples. */
export type ResamplingSwitches = Omit<Extract<Resampling, { kind: "steps" }>, "kind" | "at" | "every" | "window">;

function fillVariant(value: unknown): unknown {
  if (value === null || typeof value !== "object" || !("kind" in value) || value.kind === "none") return value;
  const variant = "variant" in value ? String(value.variant) : "paper";
  if (!Object.hasOwn(VARIANTS, variant)) return value;
  return { ...VARIANTS[variant as keyof typeof VARIANTS], ...chooseRewarm(variant, value), ...value };
}

/** dictionary_learning warms the learning rate up again after each resampling; its 1,000 steps are here a tenth of the window. */
function chooseRewarm(variant: string, value: object): { rewarm?: number } {
  const window = "window" in value ? Number(value.window) : 0;
  return variant === "dictionary-learning" && window > 0 ? { rewarm: window / 10 } : {};
}

interface Times {
  readonly kind: string;
  readonly at?: readonly number[] | undefined;
  readonly every?: number | undefined;
  readonly window?: number;
}

function timesAreGivenOnce({ kind, at, every }: Times): boolean {
  return kind === "none" || (at === undefined) !== (every === undefined);
}

function windowsAreDisjoint({ at = [], every = Number.POSITIVE_INFINITY, window = 0 }: Times): boolean {
  return window <= every && at.every((end, index) => end - window >= (at[index - 1] ?? 0) - 1e-9);
}
