import { z } from "zod";

const inputs = z
  .int()
  .positive()
  .default(819_200)
  .describe("number of random inputs whose losses decide where dead features are put");

/** When dead features are re-initialised: never, at given steps, or at shares of the run. */
export const resamplingSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none") }),
    z.strictObject({
      kind: z.literal("steps"),
      at: z.array(z.int().positive()).min(1).readonly().describe("steps after which dead features are re-initialised"),
      window: z.int().positive().describe("a feature is dead if silent for this many steps before"),
      inputs,
    }),
    z.strictObject({
      kind: z.literal("shares"),
      at: z.array(z.number().gt(0).lte(1)).min(1).readonly().describe("the same as shares of the run's steps"),
      window: z.number().gt(0).lte(1).describe("the window as a share of the run's steps"),
      inputs,
    }),
  ])
  .refine(windowsAreDisjoint, "resampling.at must rise by at least resampling.window from each to the next");

/** How a dictionary is learned. The defaults suit runs of some thousand steps; `paperRecipe` holds the switches of 2023. */
export const dictionaryConfigSchema = z.strictObject({
  site: z.string().default("blocks.0.mlp.hook_post").describe("where the model is read, in TransformerLens names"),
  features: z.int().positive().default(4096).describe("size of the dictionary"),
  activations: z.int().positive().default(3_000_000).describe("number of activation vectors to train on, none twice"),
  batch: z.int().positive().default(1024).describe("activation vectors per step"),
  learningRate: z.number().positive().default(1e-3).describe("Adam's peak learning rate"),
  beta1: z.number().min(0).lt(1).default(0.9).describe("Adam's decay of the mean gradient"),
  beta2: z.number().min(0).lt(1).default(0.999).describe("Adam's decay of the mean squared gradient"),
  l1: z
    .number()
    .min(0)
    .default(0.5)
    .describe("sparsity penalty: loss = sum of squared errors + l1 * sum of features, per vector"),
  l1WarmupShare: z.number().min(0).max(1).default(0.1).describe("share of the run over which l1 rises from 0"),
  decayShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe("last share of the run, over which the learning rate falls to 0"),
  initialisation: z
    .enum(["kaiming", "tied"])
    .default("tied")
    .describe("first encoder: uniform as in PyTorch's Linear, or the decoder transposed"),
  encoderScale: z
    .number()
    .positive()
    .default(0.25)
    .describe(
      "factor on the first encoder's weights; 2 width / features makes tied reconstructions start at the right size",
    ),
  decoderBias: z
    .enum(["geometric-median", "mean", "zeros"])
    .default("geometric-median")
    .describe("first decoder bias: a statistic of the activations"),
  tokensPerContext: z.int().positive().default(64).describe("activation vectors taken from one context of text"),
  bufferRows: z.int().positive().default(131_072).describe("activation vectors held to be mixed with one another"),
  resampling: resamplingSchema.default({ kind: "none" }).describe("re-initialisation of dead features"),
  checkpointEvery: z.int().positive().default(500).describe("steps between checkpoints"),
  logEvery: z.int().positive().default(10).describe("steps between lines of the log"),
  seed: z.int().min(0).default(0).describe("seed of the initial weights and of resampling"),
});

/** A resolved dictionary configuration. */
export type DictionaryConfig = z.output<typeof dictionaryConfigSchema>;

/** When dead features are re-initialised. */
export type Resampling = z.output<typeof resamplingSchema>;

/** The switches in which the recipe of 2023 differs from the defaults; learning rate and sizes are the user's. */
export const paperRecipe = {
  initialisation: "kaiming",
  encoderScale: 1,
  l1WarmupShare: 0,
  decayShare: 0,
  resampling: { kind: "shares", at: [0.025, 0.05, 0.075, 0.1], window: 0.0125, inputs: 819_200 },
} as const satisfies z.input<typeof dictionaryConfigSchema>;

function windowsAreDisjoint(resampling: {
  readonly kind: string;
  readonly at?: readonly number[];
  readonly window?: number;
}): boolean {
  const { at = [], window = 0 } = resampling;
  return at.every((end, index) => end - window >= (at[index - 1] ?? 0) - 1e-9);
}
