import { ANALYSES, ANALYSIS_NAMES, type AnalysisName, listPossibleAnalyses } from "../analysis/analyses.ts";
import { SPLITTING_THRESHOLD } from "../analysis/splitting.ts";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";
import { resolveProxies } from "../pipeline/proxies.ts";
import type { RunRequest } from "../pipeline/run-experiment.ts";
import type { Command } from "./command.ts";
import { followRun, showRun, untilInterrupted } from "./follow-run.ts";
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
    orthogonal: {
      kind: "flag",
      describe: "ultralow: first train the dictionary again, as NAME-orthogonal, without its cluster's direction",
    },
    threshold: {
      kind: "string",
      placeholder: "COSINE",
      describe: `splitting: masked cosine above which features are linked (${SPLITTING_THRESHOLD} unless given)`,
    },
    backend: RUN_OPTIONS.backend,
    threads: RUN_OPTIONS.threads,
    json: RUN_OPTIONS.json,
  },
  examples: [
    "monosem analyse all --run runs/demo",
    "monosem analyse specificity --run runs/demo",
    "monosem analyse specificity --run runs/demo --proxy arabic --proxy own.json",
    "monosem analyse ultralow --run runs/demo --orthogonal",
    "monosem sweep --run runs/demo --name sizes --vary dictionary.features=512,2048",
    "monosem analyse splitting --run runs/demo             # finds the sizes that the run has",
  ],
  notes: () => [
    "Analyses",
    ...ANALYSIS_NAMES.map((name) => `  ${name.padEnd(14)} ${ANALYSES[name].about}`),
    "",
    "Proxies",
    ...resolveProxies([]).map(({ name, title }) => `  ${name.padEnd(24)} ${title}`),
  ],
  run: async (values) => {
    const stages = parseAnalyses(values.argument, values.string("dictionary") ?? "main");
    const [proxies, others] = [values.strings("proxy"), values.strings("with")];
    const request = {
      ...createRunRequest(values, stages),
      ...(proxies.length === 0 ? {} : { proxies: resolveProxies(proxies) }),
      ...(others.length === 0 ? {} : { others }),
      ...parseThreshold(values.string("threshold")),
    };
    if (!values.flag("orthogonal")) return followRun(request, values.flag("json"));
    const orthogonal = createOrthogonalRequest(request);
    await untilInterrupted(async (signal) => {
      for (const next of [orthogonal, request]) await showRun(next, signal, values.flag("json"));
    });
  },
};

function parseThreshold(text: string | undefined): { readonly threshold?: number } {
  if (text === undefined) return {};
  const threshold = Number(text);
  if (threshold > 0 && threshold < 1) return { threshold };
  throw new UserError(`--threshold is ${text}, wanted a cosine between 0 and 1, such as ${SPLITTING_THRESHOLD}`, 2);
}

/** The dictionary trained again without the direction of its ultralow cluster, judged and analysed. */
function createOrthogonalRequest(request: RunRequest): RunRequest {
  const { dictionaryName, experiment, stages } = request;
  if (!stages.includes("ultralow"))
    throw new UserError("analyse: --orthogonal belongs to ultralow: monosem analyse ultralow --orthogonal", 2);
  return {
    ...request,
    stages: ["train-dictionary", "evaluate", "ultralow"],
    dictionaryName: `${dictionaryName}-orthogonal`,
    experiment: { ...experiment, dictionary: { ...experiment.dictionary, removeDirectionOf: dictionaryName } },
  };
}

function parseAnalyses(name: string | undefined, dictionary: string): readonly AnalysisName[] {
  const possible = listPossibleAnalyses(dictionary);
  if (name === ALL) return possible;
  const known = ANALYSIS_NAMES.find((analysis) => analysis === name);
  if (known !== undefined && possible.includes(known)) return [known];
  const names = [...possible, ALL];
  throw new UserError(`analyse: ${describeProblem(name, known, names)}; there is ${names.join(", ")}`, 2);
}

function describeProblem(name: string | undefined, known: AnalysisName | undefined, names: readonly string[]): string {
  if (name === undefined) return "the analysis is missing";
  if (known === undefined) return `unknown analysis ${name}${renderSuggestion(name, names)}`;
  return `${name} is of the encoders of a dictionary that was learned, which neurons have not`;
}
