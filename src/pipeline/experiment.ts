import { z } from "zod";
import { checkDictionaryConfig, dictionaryConfigSchema } from "../autoencoder/config.ts";
import { checkModelConfig, modelShapeSchema } from "../model/config.ts";
import { parseSite } from "../model/sites.ts";
import { trainingConfigSchema } from "../model/training-config.ts";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";
import { readRecipe } from "./recipes.ts";

const corpusSchema = z.strictObject({
  sources: z
    .array(z.string().min(1))
    .min(1)
    .default(["builtin"])
    .describe("`builtin`, or files, folders and globs of text to learn from"),
  valid: z
    .array(z.string().min(1))
    .default([])
    .describe("held-out text; when empty, a share of the documents is held out"),
  heldOutShare: z.number().gt(0).lt(1).default(0.06).describe("share of the documents held out when `valid` is empty"),
  builtinBytes: z.int().positive().default(20_000_000).describe("size of the builtin corpus in bytes"),
  vocabulary: z.int().min(257).max(65_536).default(4096).describe("size of the tokenizer's vocabulary"),
  tokenizerBytes: z.int().positive().default(50_000_000).describe("bytes of text the tokenizer is learned from"),
});

const activationsSchema = z.strictObject({
  files: z
    .array(z.string().min(1))
    .default([])
    .describe("activations of another program to learn from, .npy or .safetensors; then there is no text and no model"),
  heldOutShare: z
    .number()
    .min(0)
    .lt(1)
    .default(0.05)
    .describe("share of the files' vectors that a dictionary is judged on and does not learn from, at most 200,000"),
});

const evaluationSchema = z.strictObject({
  tokens: z.int().positive().default(1_000_000).describe("held-out tokens the dictionary is judged on, at most"),
});

const analysesSchema = z.strictObject({
  tokens: z.int().positive().default(4_000_000).describe("held-out tokens that analyses go over, at most"),
});

const featuresSchema = z.strictObject({
  tokens: z.int().positive().default(1_000_000).describe("held-out tokens searched for examples of features, at most"),
  partialTokens: z
    .int()
    .min(0)
    .default(60_000)
    .describe("tokens searched for the first look during training, at its first checkpoint; 0 for none"),
});

/** A whole experiment: one corpus, one model, one dictionary, how they are judged and shown. */
export const experimentSchema = z.strictObject({
  seed: z.int().min(0).default(1).describe("seed of everything that is drawn at random"),
  corpus: corpusSchema.prefault({}).describe("the text"),
  model: modelShapeSchema.prefault({}).describe("the transformer"),
  training: trainingConfigSchema.prefault({}).describe("how the transformer is trained"),
  activations: activationsSchema.prefault({}).describe("activations that are there already, instead of text and model"),
  dictionary: dictionaryConfigSchema.prefault({}).describe("the dictionary `main`"),
  evaluation: evaluationSchema.prefault({}).describe("how the dictionary is judged"),
  features: featuresSchema.prefault({}).describe("the pages of its features"),
  analyses: analysesSchema.prefault({}).describe("what its features are"),
});

/** A resolved experiment: every field has its value. */
export type Experiment = z.output<typeof experimentSchema>;

/**
 * The experiment of a preset's JSON with assignments such as `dictionary.l1=1` applied; values are JSON, or plain words.
 * Unknown keys, wrong types and values out of range are `UserError`s (exit code 2) naming the field.
 */
export function resolveExperiment(preset: unknown, assignments: readonly string[], where: string): Experiment {
  const value = structuredClone(preset);
  for (const assignment of assignments) assign(value, assignment);
  applyRecipe(value);
  const result = experimentSchema.safeParse(value);
  if (result.success) return checkExperiment(result.data);
  throw new UserError(`${where}: ${result.error.issues.map(renderIssue).join("; ")}`, 2);
}

/** `"dictionary": { "recipe": NAME, ... }` stands for the recipe's fields, those written beside it taking precedence. */
function applyRecipe(value: unknown): void {
  const dictionary = (value as { dictionary?: Record<string, unknown> } | null)?.dictionary;
  if (typeof dictionary?.recipe !== "string") return;
  const { recipe, ...fields } = dictionary;
  Object.assign(value as object, { dictionary: { ...readRecipe(dictionary.recipe), ...fields } });
}

/** Checks, before any work is done, what no field can be checked for alone. */
function checkExperiment(experiment: Experiment): Experiment {
  if (experiment.activations.files.length === 0) checkModel(experiment);
  checkDictionaryConfig(experiment.dictionary);
  return experiment;
}

function checkModel({ model, corpus, dictionary }: Experiment): void {
  const config = { ...model, vocabularySize: corpus.vocabulary };
  checkModelConfig(config);
  parseSite(dictionary.site, config);
  if (dictionary.tokensPerContext > model.contextLength)
    throw new UserError(
      `dictionary.tokensPerContext is ${dictionary.tokensPerContext}, wanted at most model.contextLength, ${model.contextLength}`,
      2,
    );
}

/** Every field of an experiment as a dotted path, with its value. */
export function flattenExperiment(value: unknown, path = ""): ReadonlyMap<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flattenExperiment(inner, path === "" ? key : `${path}.${key}`),
    ]),
  );
}

/** The fields in which two experiments differ, as sentences "dictionary.l1 is 1, wanted 0.5". */
export function describeDifferences(got: Experiment, wanted: Experiment): string[] {
  const a = flattenExperiment(got);
  const b = flattenExperiment(wanted);
  const keys = new Set([...a.keys(), ...b.keys()]);
  const differing = [...keys].filter((key) => JSON.stringify(a.get(key)) !== JSON.stringify(b.get(key)));
  return differing.map((key) => `${key} is ${JSON.stringify(a.get(key))} there, ${JSON.stringify(b.get(key))} here`);
}

function assign(target: unknown, assignment: string): void {
  const at = assignment.indexOf("=");
  if (at <= 0) throw new UserError(`--set ${assignment}: wanted FIELD=VALUE, for example --set dictionary.l1=1`, 2);
  const keys = assignment.slice(0, at).split(".");
  let holder = target as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) {
    const inner = Object.hasOwn(holder, key) ? holder[key] : undefined;
    const next = inner !== null && typeof inner === "object" ? inner : {};
    Object.defineProperty(holder, key, { value: next, enumerable: true, writable: true, configurable: true });
    holder = next as Record<string, unknown>;
  }
  const value = parseValue(assignment.slice(at + 1));
  Object.defineProperty(holder, keys.at(-1)!, { value, enumerable: true, writable: true, configurable: true });
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function renderIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = [...flattenExperiment(experimentSchema.parse({})).keys()];
    return issue.keys
      .map((key) => {
        const whole = path === "" ? key : `${path}.${key}`;
        return `unknown field ${whole}${renderSuggestion(whole, [...known, ...Object.keys(experimentSchema.shape)])}`;
      })
      .join("; ");
  }
  const message = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return `${path === "" ? "the experiment" : path}: ${message}`;
}
