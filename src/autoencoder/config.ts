import { z } from "zod";
import { UserError } from "../numerics/user-error.ts";
import { resamplingSchema } from "./resampling-config.ts";

const share = () => z.number().min(0).max(1);

/** How a dictionary is learned: every choice in which published recipes differ is a field (docs/recipes.md). The defaults suit runs of some thousand steps. */
export const dictionaryConfigSchema = z.strictObject({
  site: z.string().default("blocks.0.mlp.hook_post").describe("where the model is read, in TransformerLens names"),
  features: z.int().positive().default(4096).describe("size of the dictionary"),
  activations: z
    .int()
    .positive()
    .default(3_000_000)
    .describe("number of activation vectors to train on, none twice unless epochs says so"),
  epochs: z
    .int()
    .positive()
    .default(1)
    .describe("passes over the same vectors, activations / epochs of them; the paper advises 1"),
  batch: z.int().positive().default(1024).describe("activation vectors per step"),
  kind: z
    .enum(["relu", "topk", "batch-topk"])
    .default("relu")
    .describe("active features: all positive ones, the k largest of each vector, or the k x batch largest of a batch"),
  k: z.int().positive().default(32).describe("active features per vector of `topk`, on average of `batch-topk`"),

  reconstructionReduction: z
    .enum(["sum", "mean"])
    .default("sum")
    .describe("squared errors of a vector: their sum, or their mean over its elements as in the paper"),
  l1: z
    .number()
    .min(0)
    .default(0.5)
    .describe("sparsity penalty's coefficient, in the units that the two reductions make"),
  l1Reduction: z
    .enum(["mean", "sum"])
    .default("mean")
    .describe("the penalty over a batch: its mean, or its sum, which makes l1 depend on the batch"),
  l1Weighting: z
    .enum(["none", "decoder-norm"])
    .default("none")
    .describe("the penalty on f, or on f times the norm of its decoder row"),
  l1WarmupShare: share().default(0.1).describe("share of the run over which l1 rises from 0"),

  learningRate: z.number().positive().default(1e-3).describe("Adam's peak learning rate"),
  learningRateWarmupShare: share().default(0).describe("share of the run over which the learning rate rises from 0"),
  decay: z.enum(["linear", "cosine"]).default("linear").describe("how the learning rate falls to 0 at the end"),
  decayShare: share().default(0.2).describe("last share of the run, over which it falls"),
  beta1: z.number().min(0).lt(1).default(0.9).describe("Adam's decay of the mean gradient"),
  beta2: z.number().min(0).lt(1).default(0.999).describe("Adam's decay of the mean squared gradient"),
  gradientClip: z.number().min(0).default(0).describe("largest norm of the whole gradient; 0 for no limit"),

  preEncoderBias: z.boolean().default(true).describe("whether the decoder bias is subtracted from the encoder's input"),
  decoder: z
    .enum(["untied", "tied"])
    .default("untied")
    .describe("weights of its own, or always the encoder transposed"),
  decoderNorm: z
    .enum(["unit-after-step", "unit-before-step", "free"])
    .default("unit-after-step")
    .describe(
      "decoder rows: put to norm 1 after Adam's step, before it (so stored rows are not quite 1), or left alone",
    ),
  decoderNormEvery: z.int().positive().default(1).describe("steps from one renormalisation to the next"),
  gradientProjection: z
    .boolean()
    .default(true)
    .describe("whether the decoder gradient's part along each row is removed before Adam"),

  encoderInitialisation: z
    .enum(["tied", "kaiming-linear", "kaiming-relu", "kaiming-relu-transposed"])
    .default("tied")
    .describe(
      "first encoder: the decoder transposed; uniform within 1/sqrt(width) as PyTorch's Linear; within sqrt(6/width) as its kaiming_uniform_; or that with features for width, as on a [width, features] matrix",
    ),
  encoderScale: z
    .number()
    .positive()
    .default(0.25)
    .describe(
      "factor on the first encoder's weights; 2 width / features makes tied reconstructions start at the right size",
    ),
  decoderInitialisation: z
    .enum(["directions", "kaiming-linear"])
    .default("directions")
    .describe("first decoder rows: random directions, or uniform entries; then scaled to norm decoderScale"),
  decoderScale: z
    .number()
    .positive()
    .default(1)
    .describe("norm of the first decoder rows; not 1 only with decoderNorm free"),
  encoderBias: z
    .enum(["zeros", "uniform"])
    .default("zeros")
    .describe("first encoder biases: 0, or uniform within 1/sqrt(width) as PyTorch's Linear"),
  decoderBias: z
    .enum(["geometric-median", "mean", "zeros", "uniform"])
    .default("geometric-median")
    .describe("first decoder bias: a statistic of the activations, 0, or uniform within 1/sqrt(features)"),
  activationScaling: z
    .enum(["none", "sqrt-width"])
    .default("none")
    .describe("activations as they are, or scaled so that their mean norm is sqrt(width); folded into what is kept"),

  tokensPerContext: z.int().positive().default(64).describe("activation vectors taken from one context of text"),
  bufferRows: z.int().positive().default(131_072).describe("activation vectors held to be mixed with one another"),
  resampling: resamplingSchema.default({ kind: "none" }).describe("re-initialisation of dead features"),
  checkpointEvery: z.int().positive().default(500).describe("steps between checkpoints"),
  logEvery: z.int().positive().default(10).describe("steps between lines of the log"),
  looks: z.int().min(0).default(40).describe("times over the run that every feature's frequency is kept"),
  removeDirectionOf: z
    .string()
    .optional()
    .describe(
      "a dictionary of the run whose ultralow cluster's direction is taken out of all activations before learning",
    ),
  seed: z.int().min(0).default(0).describe("seed of the initial weights and of resampling"),
});

/** A resolved dictionary configuration. */
export type DictionaryConfig = z.output<typeof dictionaryConfigSchema>;

/** Throws UserError (exit code 2) where switches contradict one another. */
export function checkDictionaryConfig(config: DictionaryConfig): void {
  for (const [contradicts, sentence] of contradictions(config)) if (contradicts) throw new UserError(sentence, 2);
}

function contradictions(config: DictionaryConfig): readonly (readonly [boolean, string])[] {
  const { kind, k, l1, features, decoderNorm, encoderInitialisation, resampling } = config;
  const free = decoderNorm === "free";
  const steps = Math.floor(config.activations / config.batch);
  const late = resampling.kind === "steps" && Math.min(...(resampling.at ?? [resampling.every ?? 0])) > steps;
  return [
    [
      config.activations < config.batch,
      `dictionary.activations is ${config.activations}, wanted at least one batch, ${config.batch}`,
    ],
    [
      kind !== "relu" && l1 > 0,
      `dictionary.kind ${kind} has no penalty, but dictionary.l1 is ${l1}: set dictionary.l1=0`,
    ],
    [kind !== "relu" && k > features, `dictionary.k is ${k}, wanted at most dictionary.features, ${features}`],
    [
      kind !== "relu" && (decoderNorm !== "unit-after-step" || config.decoderNormEvery !== 1),
      `dictionary.kind ${kind} compares features with one another, which needs decoder rows of norm 1 at every step: set dictionary.decoderNorm=unit-after-step and dictionary.decoderNormEvery=1`,
    ],
    [
      free && config.gradientProjection,
      "dictionary.gradientProjection is true, but decoderNorm free leaves nothing to project for: set dictionary.gradientProjection=false",
    ],
    [
      free && config.decoderNormEvery !== 1,
      "dictionary.decoderNormEvery is given, but decoderNorm free never renormalises",
    ],
    [
      !free && config.decoderScale !== 1,
      `dictionary.decoderScale is ${config.decoderScale}, but decoderNorm ${decoderNorm} holds rows at 1: set dictionary.decoderNorm=free`,
    ],
    [
      !free && config.l1Weighting === "decoder-norm",
      `dictionary.l1Weighting decoder-norm weighs by norms that decoderNorm ${decoderNorm} holds at 1: set dictionary.decoderNorm=free`,
    ],
    [
      config.decoder === "tied" && encoderInitialisation !== "tied",
      `dictionary.decoder tied makes the encoder the decoder transposed, but encoderInitialisation is ${encoderInitialisation}: set dictionary.encoderInitialisation=tied`,
    ],
    [
      config.decoder === "tied" && config.encoderScale !== 1,
      `dictionary.decoder tied makes the encoder the decoder transposed, but encoderScale is ${config.encoderScale}: set dictionary.encoderScale=1`,
    ],
    [
      config.decoder === "tied" && resampling.kind !== "none",
      'dictionary.decoder tied cannot give a resampled feature an encoder row of its own: set dictionary.resampling={"kind":"none"}',
    ],
    [
      config.learningRateWarmupShare + config.decayShare > 1,
      "dictionary.learningRateWarmupShare and decayShare add up to more than the run",
    ],
    [
      late,
      `dictionary.resampling begins after the ${steps} steps of this run: give shares of the run instead of steps, or more activations`,
    ],
  ];
}
