import { z } from "zod";

/** How a transformer is trained. One step sees batch * accumulate contexts. */
export const trainingConfigSchema = z.strictObject({
  seed: z
    .int()
    .min(0)
    .optional()
    .describe("seed of the initial weights and of the order of the text; that of the run unless given"),
  control: z
    .enum(["shuffled-weights"])
    .optional()
    .describe("instead of training: the weights of the run named by --reuse, the entries of each matrix shuffled"),
  tokens: z.int().min(1).default(5_000_000).describe("training tokens in all"),
  batch: z.int().min(1).default(8).describe("contexts in one forward and backward pass"),
  accumulate: z.int().min(1).default(1).describe("passes whose gradients are added before one update"),
  learningRate: z.number().positive().default(3e-3).describe("peak learning rate"),
  minLearningRate: z.number().min(0).default(2e-4).describe("learning rate at the last step of the cosine"),
  warmupShare: z.number().min(0).max(1).default(0.05).describe("share of the steps with a rising learning rate"),
  beta1: z.number().min(0).lt(1).default(0.9).describe("AdamW's decay of the first moment"),
  beta2: z.number().min(0).lt(1).default(0.99).describe("AdamW's decay of the second moment"),
  epsilon: z.number().positive().default(1e-8).describe("AdamW's epsilon"),
  weightDecay: z.number().min(0).default(0.1).describe("decoupled weight decay, on matrices only"),
  clip: z.number().positive().default(1).describe("largest global norm of the gradient"),
  logEvery: z.int().min(1).default(10).describe("steps between reports of the training loss"),
  validateEvery: z.int().min(1).default(200).describe("steps between estimates of the validation loss"),
  validateContexts: z.int().min(1).default(128).describe("held-out contexts in such an estimate"),
  checkpointEvery: z.int().min(1).default(500).describe("steps between checkpoints"),
});

/** A resolved way of training a transformer. */
export type TrainingConfig = z.infer<typeof trainingConfigSchema>;

/** The number of updates that see at least `training.tokens` tokens. */
export function countTrainingSteps(training: TrainingConfig, contextLength: number): number {
  return Math.ceil(training.tokens / (training.batch * training.accumulate * contextLength));
}
