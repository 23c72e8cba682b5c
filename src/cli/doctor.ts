import { UserError } from "../numerics/user-error.ts";
import { diagnoseRun } from "../pipeline/diagnose-run.ts";
import { TOOL_VERSION } from "../store/tool-version.ts";
import type { Command, OptionValues } from "./command.ts";
import { describeMachine, renderMachine } from "./describe-machine.ts";
import { renderDiagnosis } from "./render-diagnosis.ts";

/** `monosem doctor`: what this machine can do; `monosem doctor RUN`: what is wrong with a dictionary's training. */
export const doctor: Command = {
  summary: "say what is wrong with a run's dictionaries; without RUN, what this machine can do",
  argument: {
    placeholder: "RUN",
    describe: "run directory whose dictionaries are diagnosed, finished or still learning",
  },
  options: {
    dictionary: { kind: "string", placeholder: "NAME", describe: "only this dictionary of the run" },
    json: { kind: "flag", describe: "one JSON object" },
  },
  examples: ["monosem doctor", "monosem doctor runs/demo", "monosem doctor runs/demo --dictionary main --json"],
  run: async (values) => {
    process.stdout.write(
      `${values.argument === undefined ? diagnoseMachine(values) : diagnose(values.argument, values)}\n`,
    );
  },
};

function diagnoseMachine(values: OptionValues): string {
  if (values.string("dictionary") !== undefined)
    throw new UserError("--dictionary names a dictionary of a run: monosem doctor RUN --dictionary NAME", 2);
  const findings = describeMachine();
  return values.flag("json") ? JSON.stringify({ version: TOOL_VERSION, findings }) : renderMachine(findings);
}

function diagnose(directory: string, values: OptionValues): string {
  const dictionaries = diagnoseRun(directory, values.string("dictionary"));
  if (values.flag("json")) return JSON.stringify({ version: TOOL_VERSION, run: directory, dictionaries });
  return dictionaries.map((diagnosis) => renderDiagnosis(directory, diagnosis)).join("\n\n");
}
