import { setMaxListeners } from "node:events";
import { type Prices, priceOf } from "../interpret/budget.ts";
import { selectKernels } from "../kernels/select.ts";
import { UserError } from "../numerics/user-error.ts";
import {
  estimateRun,
  type InterpretEstimate,
  type InterpretEvent,
  interpretRun,
} from "../pipeline/interpret/interpret-run.ts";
import { readRunConfig } from "../pipeline/run-config.ts";
import type { Command, OptionValues } from "./command.ts";
import { createProgressBar } from "./draw-progress.ts";
import { untilInterrupted } from "./follow-run.ts";
import { MODEL_OPTIONS, openMethod, parsePrices } from "./interpret-options.ts";
import { LIVE_OPTIONS } from "./live-options.ts";
import { renderInterpretation } from "./render-interpretation.ts";
import { parseBackend, parseThreads } from "./run-options.ts";

/** `monosem interpret RUN`: explanations of features, scored by what they predict. */
export const interpret: Command = {
  summary: "explain a dictionary's features and score each explanation by what it predicts",
  argument: { placeholder: "RUN", describe: "run directory whose feature pages are built" },
  options: {
    dictionary: LIVE_OPTIONS.dictionary,
    features: { kind: "integer", placeholder: "N", describe: "size of the random sample of features", default: 100 },
    control: {
      kind: "strings",
      placeholder: "DIR",
      describe: "a run of shuffled weights whose scores are told beside; may be repeated",
    },
    seed: { kind: "integer", placeholder: "N", describe: "same seed, same features and questions", default: 0 },
    ...MODEL_OPTIONS,
    backend: LIVE_OPTIONS.backend,
    threads: LIVE_OPTIONS.threads,
    json: { kind: "flag", describe: "events as JSON lines, the last one the result" },
  },
  examples: [
    "monosem interpret runs/demo",
    "monosem interpret runs/demo --dictionary neurons --features 300",
    "monosem interpret runs/demo --control runs/shuffled",
    "monosem interpret runs/demo --by model --model NAME --prices 0.15,0.60 --dry-run",
  ],
  notes: () => [
    "Features that are dead or ultralow are left out. Explanations appear on the features' pages and in the search.",
    "The scores of neurons and of runs named by --control, by the same method, are told beside once they are there.",
    "Stopped, the same command goes on; with more --features it adds to what is there. docs/interpretability.md says how it is scored.",
    "A model's key is taken from OPENAI_API_KEY, and from nowhere else.",
  ],
  run: (values) => untilInterrupted((signal) => runInterpret(values, signal)),
};

async function runInterpret(values: OptionValues, signal: AbortSignal): Promise<void> {
  // Each request under way listens.
  setMaxListeners(0, signal);
  const request = await openRequest(values);
  const json = values.flag("json");
  if (values.flag("dry-run")) {
    const prices = parsePrices(values);
    const estimate = await follow(estimateRun(request, signal), json);
    return print(json ? JSON.stringify({ kind: "estimate", ...estimate }) : renderEstimate(estimate, prices));
  }
  const result = await follow(
    interpretRun(
      { ...request, method: openMethod(request.directory, values), controls: values.strings("control") },
      signal,
    ),
    json,
  );
  print(json ? JSON.stringify({ kind: "finished", ...result }) : renderInterpretation(result));
}

async function openRequest(values: OptionValues) {
  const directory = values.argument;
  if (directory === undefined)
    throw new UserError("RUN is missing: name a run directory, as in interpret runs/demo", 2);
  for (const control of values.strings("control"))
    if (readRunConfig(control)?.training.control === undefined)
      throw new UserError(`--control ${control} is no run of shuffled weights: make one with monosem run --control`, 2);
  const features = values.integer("features")!;
  if (features < 1) throw new UserError(`--features is ${features}, wanted 1 or more`, 2);
  const backend = parseBackend(values.string("backend")!) ?? "auto";
  const threads = parseThreads(values);
  const kernels = await selectKernels({ backend, ...(threads === undefined ? {} : { threads }) });
  return { directory, dictionary: values.string("dictionary")!, features, seed: values.integer("seed")!, kernels };
}

/** Shows events as they come; returns what comes out. */
async function follow<Result>(events: AsyncGenerator<InterpretEvent, Result>, json: boolean): Promise<Result> {
  const bar = createProgressBar(process.stderr);
  try {
    for (;;) {
      const next = await events.next();
      if (next.done === true) return next.value;
      if (json) print(JSON.stringify(next.value));
      else if (next.value.kind === "progress") bar.draw(next.value);
    }
  } finally {
    bar.clear();
  }
}

function renderEstimate({ features, requests, usual, most }: InterpretEstimate, prices: Prices): string {
  const about = priceOf(usual, prices).toPrecision(2);
  return [
    `${features} features, ${requests} requests, replies that are kept already included`,
    `about ${usual.input} tokens asked and ${usual.output} answered: ${about}`,
    `at most ${most.input} tokens asked and ${most.output} answered: ${priceOf(most, prices).toPrecision(2)}`,
    "nothing was sent; --budget AMOUNT in place of --dry-run asks, and never spends more",
  ].join("\n");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
