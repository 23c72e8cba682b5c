import { z } from "zod";
import { samplingSchema } from "../model/sample-token.ts";
import { UserError } from "../numerics/user-error.ts";
import {
  amountSchema as amount,
  errorTermSchema,
  featureSchema as feature,
  interventionSchema,
} from "../steering/intervention.ts";
import { LIVE_LIMITS } from "./live-limits.ts";

const text = (what: string) =>
  z
    .string()
    .max(
      LIVE_LIMITS.characters,
      `the ${what} is longer than ${LIVE_LIMITS.characters} characters: shorten it or cut it in two`,
    )
    .refine((value) => value.trim() !== "", `the ${what} is empty or only white space: write some text`);
const tokens = z.int().min(1).max(LIVE_LIMITS.tokens).describe("tokens to draw");
const seed = z.int().min(0).describe("same seed, same text");

const interventions = z.array(interventionSchema).max(LIVE_LIMITS.interventions).readonly();

/** Everything that can be asked of a model and one of its dictionaries. */
export const liveRequestSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("explore"),
    text: text("text"),
    effects: z.boolean().describe("whether to ablate each active feature"),
    nextToken: z.int().min(0).nullable().describe("token to state each feature's effect on"),
  }),
  z.strictObject({
    kind: z.literal("steer"),
    prompt: text("prompt"),
    interventions,
    errorTerm: errorTermSchema,
    tokens,
    seed,
    watch: z
      .array(feature)
      .max(LIVE_LIMITS.watched)
      .readonly()
      .optional()
      .describe("features whose activations on the text are told when it is drawn"),
    ...samplingSchema.shape,
  }),
  z.strictObject({
    kind: z.literal("dose"),
    prompt: text("prompt"),
    feature,
    values: z.array(amount).min(1).max(LIVE_LIMITS.values).readonly(),
    errorTerm: errorTermSchema,
    tokens,
    seed,
  }),
  z.strictObject({
    kind: z.literal("contexts"),
    feature,
    contexts: z
      .array(z.array(z.int().min(0)).min(1).readonly())
      .min(1)
      .max(LIVE_LIMITS.contexts)
      .readonly()
      .describe("token ids of each"),
  }),
  z.strictObject({ kind: z.literal("logit-weights"), feature }),
  z.strictObject({ kind: z.literal("losses"), text: text("text"), interventions, errorTerm: errorTermSchema }),
]);

/** One question. */
export type LiveRequest = z.infer<typeof liveRequestSchema>;

/** A request of one kind. */
export type LiveRequestOf<Kind extends LiveRequest["kind"]> = Extract<LiveRequest, { kind: Kind }>;

/** Checks a request from outside; a `UserError` with the first thing that is wrong in one sentence. */
export function parseLiveRequest(value: unknown): LiveRequest {
  const result = liveRequestSchema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new UserError(`the request cannot be answered: ${path.length > 0 ? `${path.join(".")}: ` : ""}${message}`, 2);
}
