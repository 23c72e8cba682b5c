import { ANALYSES, ANALYSIS_NAMES, type AnalysisName } from "../analysis/analyses.ts";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";
import { resolveProxies } from "../pipeline/proxies.ts";
import type { Command } from "./command.ts";
import { followRun } from "./follow-run.ts";
import { createRunRequest, RUN_OPTIONS } from "./run-options.ts";

/** Runs every analysis that can be run. */
const ALL = "all";

/** `monosem analyse NAME`: one analysis of a dictionary, kept in the run. */
export const analyse: Command = {
  summary: "find out what a dictionary's features are",
  argument: { placeholder: "NAME", describe: [...ANALYSIS_NAMES, ALL].join(", ") },
  options: {
    run: RUN_OPTIONS.run,
    dictionary: { kind: "string", placeholder: "NAME", describe: "dictionary of the run, or neurons", default: "main" },
    proxy: {
      kind: "strings",
      placeholder: "NAME",
      describe: "only this proxy, or those of a .json file, instead of all presets; may be repeated",
    },
    with: {
      kind: "strings",
      placeholder: "NAME",
      describe: "another dictionary of the run to look at too, instead of all; may be repeated",
    },
    backend: RUN_OPTIONS.backend,
    threads: RUN_OPTIONS.threads,
    json: RUN_OPTIONS.json,
  },
  examples: [
    "monosem analyse all --run runs/demo",
    "monosem analyse specificity --run runs/demo",
    "monosem analyse specificity --run runs/demo --proxy arabic --proxy own.json",
  ],
  notes: () => [
    "Analyses",
    ...ANALYSIS_NAMES.map((name) => `  ${name.padEnd(14)} ${ANALYSES[name].about}`),
    "",
    "Proxies",
    ...resolveProxies([]).map(({ name, title }) => `  ${name.padEnd(24)} ${title}`),
  ],
  run: async (values) => {
    const stages = parseAnalyses(values.argument);
    const [proxies, others] = [values.strings("proxy"), values.strings("with")];
    const request = {
      ...createRunRequest(values, stages),
      ...(proxies.length === 0 ? {} : { proxies: resolveProxies(proxies) }),
      ...(others.length === 0 ? {} : { others }),
    };
    await followRun(request, values.flag("json"));
  },
};

function parseAnalyses(name: string | undefined): readonly AnalysisName[] {
  if (name === ALL) return ANALYSIS_NAMES;
  const known = ANALYSIS_NAMES.find((analysis) => analysis === name);
  if (known !== undefined) return [known];
  const names = [...ANALYSIS_NAMES, ALL];
  const problem =
    name === undefined ? "the analysis is missing" : `unknown analysis ${name}${renderSuggestion(name, names)}`;
  throw new UserError(`analyse: ${problem}; there is ${names.join(", ")}`, 2);
}
