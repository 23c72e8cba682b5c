import { resolve } from "node:path";
import { locateActivations } from "../interchange/activation-files.ts";
import { UserError } from "../numerics/user-error.ts";
import { CACHE_DTYPES, type CacheDtype } from "../pipeline/activation-cache.ts";
import type { StageName } from "../pipeline/events.ts";
import { type Experiment, resolveExperiment } from "../pipeline/experiment.ts";
import { readPreset } from "../pipeline/presets.ts";
import { readRecipe } from "../pipeline/recipes.ts";
import { readDictionaryConfig, readRunConfig } from "../pipeline/run-config.ts";
import type { RunRequest } from "../pipeline/run-experiment.ts";
import type { OptionSpec, OptionValues } from "./command.ts";

/** Options of every command that runs stages. */
export const RUN_OPTIONS = {
  run: { kind: "string", placeholder: "DIR", describe: "run directory: everything is read from and written to it" },
  preset: { kind: "string", placeholder: "NAME", describe: "tiny (seconds), demo (minutes), paper, or a JSON file" },
  corpus: {
    kind: "strings",
    placeholder: "PATH",
    describe: "text to learn from: file, folder, glob, - or builtin; may be repeated",
  },
  valid: { kind: "strings", placeholder: "PATH", describe: "held-out text; may be repeated" },
  set: {
    kind: "strings",
    placeholder: "FIELD=VALUE",
    describe: "change a field, e.g. dictionary.l1=1 (all fields: monosem run --help); may be repeated",
  },
  backend: { kind: "string", placeholder: "NAME", describe: "native, reference or auto", default: "auto" },
  threads: { kind: "integer", placeholder: "N", describe: "threads to compute on (all cores unless given)" },
  json: { kind: "flag", describe: "one JSON object a line instead of a progress bar" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Activations of another program, for the commands that can begin with them. */
export const ACTIVATIONS_OPTION = {
  activations: {
    kind: "strings",
    placeholder: "FILE...",
    describe: ".npy or .safetensors (FILE:NAME for one tensor) with one vector a row, instead of text and model",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

const BACKENDS = ["auto", "native", "reference"] as const;

/** The request that a command line stands for; the run directory's own config is used where no preset is named. */
export function createRunRequest(values: OptionValues, stages: readonly StageName[]): RunRequest {
  const directory = values.string("run");
  if (directory === undefined || directory === "")
    throw new UserError("--run DIR is missing: name the run directory, e.g. --run runs/first", 2);
  const threads = parseThreads(values);
  const reuse = values.string("reuse");
  const cache = parseCache(values);
  return {
    directory,
    experiment: chooseExperiment(directory, values),
    stages,
    dictionaryName: values.string("dictionary") ?? "main",
    backend: parseBackend(values.string("backend") ?? "auto"),
    ...(threads === undefined ? {} : { threads }),
    ...(reuse === undefined ? {} : { reuse }),
    ...(cache === undefined ? {} : { cache }),
  };
}

function parseCache(values: OptionValues): CacheDtype | undefined {
  const name = values.string("cache-dtype");
  if (!values.flag("cache")) {
    if (name !== undefined) throw new UserError("--cache-dtype is given without --cache: add --cache", 2);
    return undefined;
  }
  const dtype = CACHE_DTYPES.find((known) => known === (name ?? "float16"));
  if (dtype === undefined) throw new UserError(`--cache-dtype is ${name}, wanted one of ${CACHE_DTYPES.join(", ")}`, 2);
  return dtype;
}

/** `--threads`, at least 1 where given. */
export function parseThreads(values: OptionValues): number | undefined {
  const threads = values.integer("threads");
  if (threads === 0) throw new UserError("--threads is 0, wanted at least 1", 2);
  return threads;
}

function chooseExperiment(directory: string, values: OptionValues): Experiment {
  const control = values.string("control");
  const assignments = [
    ...corpusAssignments(values),
    ...activationAssignments(values),
    ...(control === undefined ? [] : [`training.control=${control}`]),
    ...values.strings("set"),
  ];
  const existing = readStored(directory, values.string("dictionary") ?? "main");
  const base = baseExperiment(directory, values, existing);
  return resolveExperiment(base.value, [...recipeAssignments(values), ...assignments], base.where);
}

/** The stored config, with the config of the named dictionary where it is not `main`. */
function readStored(directory: string, dictionaryName: string): Experiment | undefined {
  const stored = readRunConfig(directory);
  return stored && { ...stored, dictionary: readDictionaryConfig(directory, dictionaryName) };
}

function baseExperiment(
  directory: string,
  values: OptionValues,
  existing: Experiment | undefined,
): { value: unknown; where: string } {
  const reuse = values.string("reuse");
  const reused = reuse === undefined ? undefined : readReused(reuse);
  const preset = values.string("preset");
  if (preset !== undefined) return { value: readPreset(preset), where: `preset ${preset}` };
  const own = existing ?? reused;
  if (own !== undefined) return { value: own, where: directory };
  if (values.strings("activations").length > 0) return { value: {}, where: "--set" };
  throw new UserError(`${directory} holds no run yet: name a preset, e.g. --preset demo`, 2);
}

function readReused(directory: string): Experiment {
  const reused = readRunConfig(directory);
  if (reused === undefined) throw new UserError(`--reuse ${directory}: there is no run in that folder`, 2);
  return reused;
}

/** `--corpus` and `--valid` as assignments to the experiment, paths made absolute. */
export function corpusAssignments(values: OptionValues): string[] {
  const absolute = (paths: readonly string[]) =>
    JSON.stringify(paths.map((path) => (path === "builtin" || path === "-" ? path : resolve(path))));
  return [
    ...(values.strings("corpus").length > 0 ? [`corpus.sources=${absolute(values.strings("corpus"))}`] : []),
    ...(values.strings("valid").length > 0 ? [`corpus.valid=${absolute(values.strings("valid"))}`] : []),
  ];
}

/** `--activations` as an assignment to the experiment: the files it names, as absolute paths. */
export function activationAssignments(values: OptionValues): string[] {
  const locations = values.strings("activations");
  if (locations.length === 0) return [];
  if (values.strings("corpus").length + values.strings("valid").length > 0)
    throw new UserError("--activations learns without text: leave --corpus and --valid out", 2);
  return [`activations.files=${JSON.stringify(locateActivations(locations))}`];
}

function recipeAssignments(values: OptionValues): string[] {
  const name = values.string("recipe");
  if (name === undefined) return [];
  return Object.entries(readRecipe(name)).map(([field, value]) => `dictionary.${field}=${JSON.stringify(value)}`);
}

/** `--backend` by name; a `UserError` (exit code 2) where there is none of that name. */
export function parseBackend(name: string): RunRequest["backend"] {
  const backend = BACKENDS.find((known) => known === name);
  if (backend === undefined) throw new UserError(`--backend is ${name}, wanted one of ${BACKENDS.join(", ")}`, 2);
  return backend;
}
