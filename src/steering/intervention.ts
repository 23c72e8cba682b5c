import { z } from "zod";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { UserError } from "../numerics/user-error.ts";

/** Largest pinned value or added multiple: beyond it numbers of 32 bits overflow in the layer norm. */
const LARGEST_AMOUNT = 1e6;

/** A feature by its number. */
export const featureSchema = z.int().min(0).describe("number of the feature");
/** A pinned value or an added multiple. */
export const amountSchema = z
  .number()
  .min(-LARGEST_AMOUNT)
  .max(LARGEST_AMOUNT)
  .describe("in units of the feature's activation");
const span = z
  .tuple([z.int().min(0), z.int().min(0)])
  .refine(([from, to]) => from < to, "a span ends after it begins: wanted from < to")
  .readonly()
  .nullable()
  .describe("positions [from, to) of the whole text, 0 being the separator that starts it; null for all");

/** What is done to a feature; of several pins and ablations at one position the last counts, and what is added adds up. */
export const interventionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("pin"), feature: featureSchema, value: amountSchema, span }),
  z.strictObject({ kind: z.literal("add"), feature: featureSchema, amount: amountSchema, span }),
  z.strictObject({ kind: z.literal("ablate"), feature: featureSchema, span }),
]);

/**
 * What becomes of the part of an activation x that the dictionary does not explain (paper, §pinned sampling, leaves it open). With
 * f = encode(x) and v the features' new values, `keep`: x' = x + sum (v - f_i) d_i; `drop`: x' = decode(f with f_i = v), on all
 * positions, so that without interventions it is the dictionary model.
 */
export const errorTermSchema = z.enum(["keep", "drop"]);

/** One change of one feature, on all positions or a span of them. */
export type Intervention = z.infer<typeof interventionSchema>;

/** Whether the dictionary's error stays in the activation. */
export type ErrorTerm = z.infer<typeof errorTermSchema>;

/** Throws a `UserError` where an intervention names a feature that the dictionary has not. */
export function checkFeatures(dictionary: Dictionary, features: readonly number[]): void {
  const unknown = features.find((feature) => feature >= dictionary.features);
  if (unknown === undefined) return;
  throw new UserError(`there is no feature ${unknown}: they are numbered 0 to ${dictionary.features - 1}`, 2);
}
