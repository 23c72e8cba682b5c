import { cpus, freemem } from "node:os";
import { readActivationTables } from "../interchange/activation-files.ts";
import { countParameters } from "../model/parameters.ts";
import { parseSite } from "../model/sites.ts";
import type { Experiment } from "./experiment.ts";
import { learnsFromFiles } from "./own-activations.ts";

/** What a run will cost, worked out from its sizes before anything is done. */
export interface RunPlan {
  readonly parameters: { readonly model: number; readonly dictionary: number };
  readonly flops: { readonly model: number; readonly dictionary: number; readonly harvest: number };
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly diskBytes: number;
  readonly estimatedSeconds: number;
  readonly assumptions: string;
}

/** GFLOP/s that one core is assumed to keep up over a whole run, losses of short products included. */
const GFLOPS_PER_CORE = 35;
const BYTES_PER_TOKEN = 3;
const RUNTIME_BYTES = 150e6;

/** Parameters, FLOPs, memory, disk and time of an experiment. FLOPs count multiply and add; backward is twice forward. */
export function planRun(experiment: Experiment): RunPlan {
  const plan = learnsFromFiles(experiment) ? planDictionary(experiment) : planWhole(experiment);
  const flops = plan.flops.model + plan.flops.dictionary + plan.flops.harvest;
  return {
    ...plan,
    freeMemoryBytes: freemem(),
    estimatedSeconds: flops / (cpus().length * GFLOPS_PER_CORE * 1e9),
    assumptions: `${cpus().length} cores at ${GFLOPS_PER_CORE} GFLOP/s each with the native backend`,
  };
}

type Sizes = Pick<RunPlan, "parameters" | "flops" | "memoryBytes" | "diskBytes">;

/** Of a run that learns from files: there is nothing but the dictionary. */
function planDictionary({ activations, dictionary }: Experiment): Sizes {
  const { width } = readActivationTables(activations.files)[0]!;
  const parameters = countDictionaryParameters(dictionary.features, width);
  return {
    parameters: { model: 0, dictionary: parameters },
    flops: { model: 0, dictionary: countDictionaryFlops(dictionary, width), harvest: 0 },
    memoryBytes: RUNTIME_BYTES + 16 * parameters + 4 * dictionary.bufferRows * width,
    diskBytes: 16 * parameters,
  };
}

function countDictionaryParameters(features: number, width: number): number {
  return 2 * features * width + features + width;
}

/** The encoder's product is dense; the rest touches active features only. */
function countDictionaryFlops({ features, activations }: Experiment["dictionary"], width: number): number {
  return 2.5 * features * width * activations;
}

function planWhole(experiment: Experiment): Sizes {
  const { corpus, model: shape, training, dictionary } = experiment;
  const config = { ...shape, vocabularySize: corpus.vocabulary };
  const { width } = parseSite(dictionary.site, config);
  const model = countParameters(config);
  const dictionaryParameters = countDictionaryParameters(dictionary.features, width);
  const perToken = forwardFlops(experiment);
  const flops = {
    model: 3 * perToken * training.tokens,
    dictionary: countDictionaryFlops(dictionary, width),
    harvest:
      (perToken - 2 * shape.dModel * corpus.vocabulary) *
      (dictionary.activations / dictionary.tokensPerContext) *
      shape.contextLength,
  };
  const corpusBytes = corpus.sources.includes("builtin") ? corpus.builtinBytes : training.tokens * BYTES_PER_TOKEN;
  const batchRows = training.batch * shape.contextLength;
  const memoryBytes =
    RUNTIME_BYTES +
    16 * Math.max(model, dictionaryParameters) +
    4 * dictionary.bufferRows * width +
    4 * batchRows * (12 * shape.dModel + 3 * width) +
    (2 * corpusBytes) / BYTES_PER_TOKEN;
  return {
    parameters: { model, dictionary: dictionaryParameters },
    flops,
    memoryBytes,
    diskBytes: (2 * corpusBytes) / BYTES_PER_TOKEN + 16 * (model + dictionaryParameters) + 6000 * dictionary.features,
  };
}

/** The plan as lines for people. */
export function renderPlan(plan: RunPlan): string {
  const rows = [
    ["parameters of the model", count(plan.parameters.model)],
    ["parameters of the dictionary", count(plan.parameters.dictionary)],
    ["FLOPs of training the model", plan.flops.model.toExponential(2)],
    ["FLOPs of the dictionary", plan.flops.dictionary.toExponential(2)],
    ["FLOPs of harvesting", plan.flops.harvest.toExponential(2)],
    ["memory", `${bytes(plan.memoryBytes)} (${bytes(plan.freeMemoryBytes)} free)`],
    ["disk", bytes(plan.diskBytes)],
    ["time", `about ${Math.ceil(plan.estimatedSeconds / 60)} min (${plan.assumptions})`],
  ];
  return rows.map(([name, value]) => `${name!.padEnd(30)} ${value}`).join("\n");
}

function forwardFlops({ model, corpus }: Experiment): number {
  const { layers, dModel, dMlp, contextLength } = model;
  const block = 4 * dModel ** 2 + contextLength * dModel + 2 * dModel * dMlp;
  return 2 * (layers * block + dModel * corpus.vocabulary);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function bytes(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${(value / 1e6).toFixed(0)} MB`;
}
