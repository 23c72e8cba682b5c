import { z } from "zod";
import { MOST_POINTS, RATING_LIMITS } from "../interpret/rubric.ts";
import { line } from "./annotation-schema.ts";
import { DICTIONARY_NAME } from "./run-directory.ts";

const points = (most: number) => z.int().min(0).max(most).nullable();

/** Who rates. */
export const raterSchema = line(RATING_LIMITS.rater).min(1, "a rater wants a name");

/** What a session may be called. */
export const sessionSchema = z
  .string()
  .regex(DICTIONARY_NAME, "wanted lower-case letters, digits and hyphens")
  .max(RATING_LIMITS.session);

/** Answers about one unit; null where nothing was answered yet. */
export const ratingAnswersSchema = z.strictObject({
  interpretation: line(RATING_LIMITS.interpretation).nullable().describe("empty where none was found"),
  confidence: points(MOST_POINTS.confidence),
  consistency: z.array(points(MOST_POINTS.consistency)).describe("of each interval asked about, from the highest"),
  logits: points(MOST_POINTS.logits),
  separation: points(MOST_POINTS.separation).describe("null also where it is not asked"),
  specificity: points(MOST_POINTS.specificity),
});

/** A rater's answers about one unit, as a page sends them. */
export const ratingChangeSchema = z.strictObject({ rater: raterSchema, answers: ratingAnswersSchema });
