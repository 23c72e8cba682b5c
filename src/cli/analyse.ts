import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";
import type { StageName } from "../pipeline/events.ts";
import { resolveProxies } from "../pipeline/proxies.ts";
import type { Command } from "./command.ts";
import { followRun } from "./follow-run.ts";
import { createRunRequest, RUN_OPTIONS } from "./run-options.ts";

/** What can be found out about the features of a finished dictionary. */
const ANALYSES: Readonly<Partial<Record<StageName, string>>> = {
  specificity: "which features, unions of features and neurons stand for scripts, kinds of text and other proxies",
};

/** `monosem analyse NAME`: one analysis of a dictionary, kept in the run. */
export const analyse: Command = {
  summary: "find out what a dictionary's features are",
  argument: { placeholder: "NAME", describe: Object.keys(ANALYSES).join(", ") },
  options: {
    run: RUN_OPTIONS.run,
    dictionary: { kind: "string", placeholder: "NAME", describe: "dictionary of the run, or neurons", default: "main" },
    proxy: {
      kind: "strings",
      placeholder: "NAME",
      describe: "only this proxy, or those of a .json file, instead of all presets; may be repeated",
    },
    backend: RUN_OPTIONS.backend,
    threads: RUN_OPTIONS.threads,
    json: RUN_OPTIONS.json,
  },
  examples: [
    "monosem analyse specificity --run runs/demo",
    "monosem analyse specificity --run runs/demo --proxy arabic --proxy own.json",
  ],
  notes: () => [
    "Analyses",
    ...Object.entries(ANALYSES).map(([name, about]) => `  ${name.padEnd(14)} ${about}`),
    "",
    "Proxies",
    ...resolveProxies([]).map(({ name, title }) => `  ${name.padEnd(24)} ${title}`),
  ],
  run: async (values) => {
    const name = values.argument;
    const known = Object.keys(ANALYSES) as StageName[];
    const stage = known.find((analysis) => analysis === name);
    if (stage === undefined)
      throw new UserError(
        `analyse: ${name === undefined ? "the analysis is missing" : `unknown analysis ${name}${renderSuggestion(name, known)}`}; there is ${known.join(", ")}`,
        2,
      );
    const names = values.strings("proxy");
    const request = createRunRequest(values, [stage]);
    await followRun(names.length === 0 ? request : { ...request, proxies: resolveProxies(names) }, values.flag("json"));
  },
};
