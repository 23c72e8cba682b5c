import { describeFields } from "../pipeline/describe-fields.ts";
import { STAGE_NAMES } from "../pipeline/events.ts";
import { planRun, renderPlan } from "../pipeline/plan.ts";
import type { Command } from "./command.ts";
import { followRun } from "./follow-run.ts";
import { createRunRequest, RUN_OPTIONS } from "./run-options.ts";
import { openEventFileViews, TENSORBOARD_OPTION } from "./tensorboard.ts";

/** `monosem run`: every stage, skipping those whose inputs did not change. */
export const run: Command = {
  summary: "the whole experiment, from text to feature pages",
  options: {
    ...RUN_OPTIONS,
    reuse: { kind: "string", placeholder: "DIR", describe: "another run, whose unchanged stages are taken over" },
    control: {
      kind: "string",
      placeholder: "NAME",
      describe: "shuffled-weights: instead of training, the weights of the run named by --reuse in random order",
    },
    ...TENSORBOARD_OPTION,
    "dry-run": { kind: "flag", describe: "print parameters, FLOPs, memory, disk and time, and do nothing" },
  },
  examples: [
    "monosem run --preset tiny --run runs/tiny",
    "monosem run --preset demo --run runs/mine --corpus ~/texts --set dictionary.l1=1",
    "monosem run --run runs/control --reuse runs/mine --control shuffled-weights   # the paper's random transformer",
  ],
  notes: listFields,
  run: async (values) => {
    const request = createRunRequest(values, STAGE_NAMES);
    if (!values.flag("dry-run")) return followRun(request, values.flag("json"), openEventFileViews(values));
    const plan = planRun(request.experiment);
    process.stdout.write(`${values.flag("json") ? JSON.stringify(plan) : renderPlan(plan)}\n`);
  },
};

function listFields(): string[] {
  const rows = describeFields().map(
    ({ path, description, fallback, choices }) =>
      `  ${path.padEnd(27)} ${description}${choices.length > 0 ? `: ${choices.join(", ")}` : ""} (${JSON.stringify(fallback) ?? "left out"})`,
  );
  return ["Fields of --set, and their values where the preset gives none", ...rows];
}
