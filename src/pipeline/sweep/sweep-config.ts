import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { renderSuggestion } from "../../numerics/nearest-name.ts";
import { UserError } from "../../numerics/user-error.ts";

const FOLDER = new URL("../../../presets/sweeps/", import.meta.url);

/** Directions in which a source says that a figure goes. */
const directions = z.enum(["higher", "lower", "same"]);

const claimSchema = z.strictObject({
  sentence: z.string().describe("what the source says, in one sentence"),
  source: z.string().describe("where it says so"),
  expects: z
    .partialRecord(z.enum(["loss", "lossRecovered", "l0", "silent"]), directions)
    .describe("the direction of each figure against the baseline, as far as the sentence gives one"),
});

const fields = () =>
  z.record(z.string(), z.json()).default({}).describe("fields such as dictionary.l1, or recipe, with their value");
const axes = () =>
  z
    .record(z.string(), z.array(z.json()).min(1))
    .default({})
    .describe("fields with several values: every combination is a dictionary");

const memberSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, "wanted lower-case letters, digits and hyphens")
    .describe("part of the dictionary's name"),
  title: z.string().optional().describe("what it tries, for tables"),
  set: fields(),
  times: z.record(z.string(), z.number().positive()).default({}).describe("factors on fields that are numbers"),
  vary: axes(),
  against: z.string().optional().describe("the member it is compared with instead of the baseline"),
  claim: claimSchema.optional().describe("what a source says about it, compared with what comes out"),
});

/** Dictionaries to be trained side by side: a grid, or named members, or both multiplied. */
export const sweepConfigSchema = z.strictObject({
  description: z.string().default("").describe("what the sweep is for"),
  set: fields(),
  vary: axes(),
  members: z.array(memberSchema).default([]).describe("dictionaries that differ in more than one field"),
  baseline: z.string().optional().describe("the member that the others are compared with"),
  evaluationTokens: z
    .int()
    .positive()
    .optional()
    .describe("held-out tokens each dictionary is judged on; the run's evaluation.tokens unless given"),
});

/** A resolved sweep. */
export type SweepConfig = z.output<typeof sweepConfigSchema>;
/** A named member of a sweep. */
export type MemberConfig = z.output<typeof memberSchema>;
/** What a source says about a member. */
export type Claim = z.output<typeof claimSchema>;
/** Where a source says that a figure goes. */
export type Direction = z.output<typeof directions>;

/** Names of the sweeps that come with the tool. */
export function listSweeps(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => basename(file, ".json"));
}

/** The sweep of the tool's preset or of a JSON file; a `UserError` (exit code 2) naming the field where it is malformed. */
export function readSweep(name: string): SweepConfig {
  const known = listSweeps();
  if (known.includes(name)) return parseSweep(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"), name);
  if (name.endsWith(".json") && existsSync(name)) return parseSweep(readFileSync(name, "utf8"), name);
  throw new UserError(
    `unknown sweep ${name}${renderSuggestion(name, known)}; there are ${known.join(", ")}, or name a .json file`,
    2,
  );
}

function parseSweep(text: string, name: string): SweepConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`sweep ${name} is not JSON: ${(error as Error).message}`, 2);
  }
  const result = sweepConfigSchema.safeParse(value);
  if (!result.success) throw new UserError(`sweep ${name}: ${result.error.issues.map(renderIssue).join("; ")}`, 2);
  checkReferences(result.data, name);
  return result.data;
}

/** Whoever is compared with must be there. */
function checkReferences({ baseline, members }: SweepConfig, name: string): void {
  const names = members.map((member) => member.name);
  for (const reference of [baseline, ...members.map(({ against }) => against)])
    if (reference !== undefined && !names.includes(reference))
      throw new UserError(
        `sweep ${name}: ${reference}, with which others are compared, is none of its members${renderSuggestion(reference, names)}`,
        2,
      );
}

function renderIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = issue.path.length === 0 ? sweepConfigSchema.shape : memberSchema.shape;
    return issue.keys.map((key) => `unknown field ${key}${renderSuggestion(key, Object.keys(known))}`).join("; ");
  }
  return `${path === "" ? "the sweep" : path}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
}
