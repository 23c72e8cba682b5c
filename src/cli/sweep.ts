import { basename } from "node:path";
import { UserError } from "../numerics/user-error.ts";
import { type Experiment, resolveExperiment } from "../pipeline/experiment.ts";
import { readPreset } from "../pipeline/presets.ts";
import { readRunConfig } from "../pipeline/run-config.ts";
import { listSweeps, readSweep, type SweepConfig, sweepConfigSchema } from "../pipeline/sweep/sweep-config.ts";
import { applyFlags, isSweepField } from "../pipeline/sweep/sweep-flags.ts";
import type { SweepRequest } from "../pipeline/sweep/sweeping.ts";
import type { Command, OptionValues } from "./command.ts";
import { followRun } from "./follow-run.ts";
import {
  ACTIVATIONS_OPTION,
  activationAssignments,
  corpusAssignments,
  parseBackend,
  parseThreads,
  RUN_OPTIONS,
} from "./run-options.ts";

const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** `monosem sweep`: many dictionaries side by side. */
export const sweep: Command = {
  summary: "learn many dictionaries on one stream of activations and compare them",
  options: {
    run: RUN_OPTIONS.run,
    preset: {
      kind: "string",
      placeholder: "NAME",
      describe: `what to sweep: ${listSweeps().join(", ")}, or a JSON file`,
    },
    vary: {
      kind: "strings",
      placeholder: "FIELD=V,V",
      describe: "a field with several values, e.g. dictionary.l1=0.5,1,2 or recipe=paper,april-2024; repeated: a grid",
    },
    set: {
      kind: "strings",
      placeholder: "FIELD=VALUE",
      describe: "dictionary.NAME or recipe for all members, evaluation.tokens; other fields: those of a new run",
    },
    name: { kind: "string", placeholder: "NAME", describe: "name of the sweep (that of the preset, or sweep)" },
    pages: { kind: "flag", describe: "build the pages of each dictionary's features too" },
    experiment: {
      kind: "string",
      placeholder: "NAME",
      describe: "preset of the run (tiny, demo, paper, a JSON file) where DIR holds none yet (demo unless given)",
    },
    corpus: RUN_OPTIONS.corpus,
    valid: RUN_OPTIONS.valid,
    ...ACTIVATIONS_OPTION,
    backend: RUN_OPTIONS.backend,
    threads: RUN_OPTIONS.threads,
    json: RUN_OPTIONS.json,
  },
  greedy: "activations",
  examples: [
    "monosem sweep --run runs/mine --vary dictionary.l1=0.5,1,2 --vary dictionary.seed=0,1,2",
    "monosem sweep --run runs/mine --preset l1",
    "monosem sweep --run runs/mine --name sizes --vary dictionary.features=512,2048 --pages   # then: analyse splitting",
    "monosem sweep --run runs/new --experiment tiny --preset tips",
    "monosem sweep --run runs/own --activations acts/*.npy --vary dictionary.features=4096,16384",
  ],
  notes: () => [
    "A member starts from the run's own dictionary, then: recipe, the preset's and --set fields, what varies.",
    "Each is a dictionary of the run, named SWEEP-VALUES (monosem features --dictionary NAME shows it).",
    "The figures, tables and pictures are in DIR/sweeps/. Stopped, the same command goes on.",
  ],
  run: (values) => followRun(createSweepRequest(values), values.flag("json")),
};

function createSweepRequest(values: OptionValues): SweepRequest {
  const directory = values.string("run");
  if (directory === undefined || directory === "")
    throw new UserError("--run DIR is missing: name the run directory, e.g. --run runs/first", 2);
  const threads = parseThreads(values);
  const preset = values.string("preset");
  const base: SweepConfig = preset === undefined ? sweepConfigSchema.parse({}) : readSweep(preset);
  return {
    directory,
    experiment: chooseExperiment(directory, values),
    name: parseName(values.string("name") ?? (preset === undefined ? "sweep" : basename(preset, ".json"))),
    sweep: applyFlags(base, values.strings("vary"), values.strings("set").filter(isSweepField)),
    backend: parseBackend(values.string("backend") ?? "auto"),
    pages: values.flag("pages"),
    ...(threads === undefined ? {} : { threads }),
  };
}

/** The run's own experiment, or for a new run that of `--experiment`. */
function chooseExperiment(directory: string, values: OptionValues): Experiment {
  const stored = readRunConfig(directory);
  const given = values.string("experiment");
  const fallback = values.strings("activations").length > 0 ? undefined : "demo";
  const preset = given ?? (stored === undefined ? fallback : undefined);
  const assignments = [
    ...corpusAssignments(values),
    ...activationAssignments(values),
    ...values.strings("set").filter((assignment) => !isSweepField(assignment)),
  ];
  if (preset === undefined) return resolveExperiment(stored ?? {}, assignments, stored ? directory : "--set");
  return resolveExperiment(readPreset(preset), assignments, `preset ${preset}`);
}

function parseName(name: string): string {
  if (NAME.test(name)) return name;
  throw new UserError(
    `--name ${JSON.stringify(name)}: wanted lower-case letters, digits and hyphens, at most 40, such as l1`,
    2,
  );
}
