import { z } from "zod";
import { UserError } from "../numerics/user-error.ts";

/** The transformer's shape without its vocabulary, which the tokenizer decides. */
export const modelShapeSchema = z.strictObject({
  layers: z.int().min(1).default(1).describe("transformer blocks"),
  dModel: z.int().min(1).default(128).describe("width of the residual stream"),
  heads: z.int().min(1).default(4).describe("attention heads; must divide dModel"),
  dMlp: z.int().min(1).default(512).describe("MLP neurons per block"),
  activation: z.enum(["relu", "gelu", "gelu_new"]).default("relu").describe("MLP activation function"),
  contextLength: z.int().min(2).default(128).describe("tokens per context"),
  tiedEmbeddings: z.boolean().default(false).describe("use the token embedding as the unembedding"),
  layerNormEpsilon: z.number().positive().default(1e-5).describe("added to the variance in layer norm"),
});

/** The whole config of a transformer. */
export const modelConfigSchema = modelShapeSchema.extend({
  vocabularySize: z.int().min(2).describe("number of tokens the tokenizer knows"),
});

/** A resolved shape of a transformer. */
export type ModelConfig = z.infer<typeof modelConfigSchema>;

/** Throws a `UserError` where the fields do not fit one another (the schema checks each field alone). */
export function checkModelConfig(config: ModelConfig): void {
  const { heads, dModel } = config;
  if (dModel % heads !== 0) {
    throw new UserError(
      `model.heads must divide model.dModel: got ${heads} heads for a width of ${dModel}; use ${nearestDivisors(dModel, heads)}`,
      2,
    );
  }
}

function nearestDivisors(dModel: number, heads: number): string {
  const divisors = Array.from({ length: dModel }, (_, index) => index + 1).filter((count) => dModel % count === 0);
  const below = divisors.findLast((count) => count < heads);
  const above = divisors.find((count) => count > heads);
  return [below, above].filter((count) => count !== undefined).join(" or ");
}
