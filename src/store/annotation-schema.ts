import { z } from "zod";
import { UserError } from "../numerics/user-error.ts";
import { DICTIONARY_NAME } from "./run-directory.ts";

/** Longest texts, in UTF-16 units, and most items, that are kept. */
export const ANNOTATION_LIMITS = {
  label: 200,
  note: 20_000,
  explanation: 4000,
  method: 100,
  items: 10_000,
  lists: 1000,
};

/** Points of the paper's rubric. */
const HIGHEST_RATING = 14;

/** Invisible characters that turn the direction of the text after them, also outside of the label. */
const DIRECTION_CONTROL = /[\u202a-\u202e\u2066-\u2069]/;
const CONTROL = /[^\P{Cc}\t\n]/u;
const LINE_BREAK = /[\n\u2028\u2029]/;
const SHOWN_HEX_DIGITS = 4;
const LONGEST_SENTENCE = 500;

const note = paragraph(ANNOTATION_LIMITS.note);
const title = line(ANNOTATION_LIMITS.label);
const feature = z.int().min(0).max(999_999_999).describe("number of the feature");
const dictionary = z.string().regex(DICTIONARY_NAME, "wanted a dictionary's name such as main").describe("its name");
const weights = z
  .string()
  .regex(/^(?:[0-9a-f]{64})?$/, "wanted a SHA-256 in hexadecimal digits, or nothing")
  .describe("SHA-256 of the dictionary's directions when this was written; empty where they were not known");
const rating = z.int().min(0).max(HIGHEST_RATING).nullable().describe("points of the paper's rubric, 0 to 14");
const score = z.number().nullable().describe("how well the explanation predicts the feature");
const updated = z.iso.datetime({ precision: 3 }).describe("when it was last changed, UTC with milliseconds");

const listItemSchema = z.strictObject({ dictionary, feature, note: note.default("") });
const items = z.array(listItemSchema).max(ANNOTATION_LIMITS.items).readonly();

/** The fields of a feature's annotation to change; empty strings and null delete. */
export const annotationChangeSchema = z.strictObject({
  label: line(ANNOTATION_LIMITS.label).optional(),
  note: note.optional(),
  rating: rating.optional(),
});

/** A new list. */
export const listCreationSchema = z.strictObject({ title: title.min(1, "a list wants a title") });

/** A list as it is to be. */
export const listChangeSchema = listCreationSchema.extend({ items });

/** All that users wrote about a run's features, as one JSON document. */
export const annotationFileSchema = z.strictObject({
  format: z.literal("monosem-annotations"),
  version: z.literal(1),
  annotations: z.array(
    z
      .strictObject({ dictionary, dictionarySha256: weights, feature, label: title, note, rating, updated })
      .refine((entry) => entry.label !== "" || entry.note !== "" || entry.rating !== null, "holds nothing to keep"),
  ),
  explanations: z.array(
    z.strictObject({
      dictionary,
      dictionarySha256: weights,
      feature,
      method: line(ANNOTATION_LIMITS.method).min(1),
      text: paragraph(ANNOTATION_LIMITS.explanation).min(1),
      score,
      updated,
    }),
  ),
  lists: z.array(listChangeSchema.extend({ updated })).max(ANNOTATION_LIMITS.lists),
});

export type AnnotationChange = z.input<typeof annotationChangeSchema>;
/** @public */
export type ListCreation = z.input<typeof listCreationSchema>;
/** @public */
export type ListChange = z.input<typeof listChangeSchema>;

/** One feature on a list. */
export type ListItem = z.output<typeof listItemSchema>;

/** What `monosem labels export` writes. */
export type AnnotationFile = z.output<typeof annotationFileSchema>;

/** What somebody wrote about a feature. */
export interface Annotation {
  readonly feature: number;
  /** Empty where there is none. */
  readonly label: string;
  readonly note: string;
  /** Points of the paper's rubric, 0 to 14; null where the feature is not rated. */
  readonly rating: number | null;
  /** When it was last changed, ISO 8601 in UTC. */
  readonly updated: string;
  /** It was written about other weights of this dictionary, where the feature may have been another. */
  readonly stale: boolean;
}

/** An explanation of a feature that a method found. */
export interface Explanation {
  readonly feature: number;
  readonly text: string;
  readonly method: string;
  readonly score: number | null;
  readonly stale: boolean;
}

/** All that was written about a dictionary, by feature. */
export interface DictionaryAnnotations {
  readonly annotations: readonly Annotation[];
  readonly explanations: readonly Explanation[];
}

/** A list of features of one run, in the order of the list. */
export interface FeatureList {
  readonly id: number;
  readonly title: string;
  readonly items: readonly ListItem[];
  readonly updated: string;
}

/** A value that came from outside, checked; a `UserError` names the first thing that is wrong with it. */
export function parseAnnotations<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const field = path.length === 0 ? "" : `${path.join(".")}: `;
  throw new UserError(`${where}: ${field}${message}`.slice(0, LONGEST_SENTENCE), 2);
}

/** `parseAnnotations` from JSON. */
export function parseAnnotationText<T>(schema: z.ZodType<T>, text: string, where: string): T {
  return parseAnnotations(schema, parseJsonText(text, where), where);
}

/** `JSON.parse`, whose error is a `UserError`. */
export function parseJsonText(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${where} is not JSON: ${(error as Error).message}`.slice(0, LONGEST_SENTENCE), 2);
  }
}

/** `paragraph` on one line. */
export function line(maximum: number) {
  return paragraph(maximum).refine((text) => !LINE_BREAK.test(text), "a label is one line: it holds a line break");
}

/** Text as people write it: bounded, whole characters, nothing that steers a terminal or turns what stands after it. */
export function paragraph(maximum: number) {
  return z
    .string()
    .max(maximum, `is longer than ${maximum} characters`)
    .refine((text) => text.isWellFormed(), "holds half of a character (a lone surrogate)")
    .refine((text) => !CONTROL.test(text), { error: ({ input }) => nameCharacter(String(input), CONTROL) })
    .refine((text) => !DIRECTION_CONTROL.test(text), {
      error: ({ input }) => `${nameCharacter(String(input), DIRECTION_CONTROL)}, which turns the direction of text`,
    })
    .trim();
}

function nameCharacter(text: string, pattern: RegExp): string {
  const code = pattern.exec(text)![0].codePointAt(0)!;
  const digits = code.toString(16).toUpperCase().padStart(SHOWN_HEX_DIGITS, "0");
  return `holds the invisible character U+${digits}`;
}
