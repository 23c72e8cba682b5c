import { ruleMethod } from "../interpret/interpret-method.ts";
import type { ExamScores } from "../interpret/score-answers.ts";
import type { ScoreMedians } from "../interpret/summarise-scores.ts";
import { selectKernels } from "../kernels/select.ts";
import type { MedianEstimate } from "../numerics/median-interval.ts";
import { UserError } from "../numerics/user-error.ts";
import { type InterpretRequest, type InterpretResult, interpretRun } from "../pipeline/interpret/interpret-run.ts";
import type { Command, OptionValues } from "./command.ts";
import { createProgressBar } from "./draw-progress.ts";
import { untilInterrupted } from "./follow-run.ts";
import { LIVE_OPTIONS } from "./live-options.ts";
import { parseBackend, parseThreads } from "./run-options.ts";

/** `monosem interpret RUN`: explanations of features, scored by what they predict. */
export const interpret: Command = {
  summary: "explain a dictionary's features and score each explanation by what it predicts",
  argument: { placeholder: "RUN", describe: "run directory whose feature pages are built" },
  options: {
    dictionary: LIVE_OPTIONS.dictionary,
    features: { kind: "integer", placeholder: "N", describe: "size of the random sample of features", default: 100 },
    seed: { kind: "integer", placeholder: "N", describe: "same seed, same features and questions", default: 0 },
    backend: LIVE_OPTIONS.backend,
    threads: LIVE_OPTIONS.threads,
    json: { kind: "flag", describe: "events as JSON lines, the last one the result" },
  },
  examples: ["monosem interpret runs/demo", "monosem interpret runs/demo --dictionary neurons --features 300"],
  notes: () => [
    "Features that are dead or ultralow are left out. Explanations appear on the features' pages and in the search.",
    "Stopped, the same command goes on; with more --features it adds to what is there. docs/interpretability.md says how it is scored.",
  ],
  run: (values) => untilInterrupted((signal) => runInterpret(values, signal)),
};

async function runInterpret(values: OptionValues, signal: AbortSignal): Promise<void> {
  const events = interpretRun(await createRequest(values), signal);
  const json = values.flag("json");
  const bar = createProgressBar(process.stderr);
  try {
    for (;;) {
      const next = await events.next();
      if (next.done === true) {
        bar.clear();
        process.stdout.write(
          `${json ? JSON.stringify({ kind: "finished", ...next.value }) : renderResult(next.value)}\n`,
        );
        return;
      }
      if (json) process.stdout.write(`${JSON.stringify(next.value)}\n`);
      else if (next.value.kind === "progress") bar.draw(next.value);
    }
  } finally {
    bar.clear();
  }
}

async function createRequest(values: OptionValues): Promise<InterpretRequest> {
  const directory = values.argument;
  if (directory === undefined)
    throw new UserError("RUN is missing: name a run directory, as in interpret runs/demo", 2);
  const features = values.integer("features")!;
  if (features < 1) throw new UserError(`--features is ${features}, wanted 1 or more`, 2);
  const backend = parseBackend(values.string("backend")!) ?? "auto";
  const threads = parseThreads(values);
  const kernels = await selectKernels({ backend, ...(threads === undefined ? {} : { threads }) });
  const dictionary = values.string("dictionary")!;
  return { directory, dictionary, features, seed: values.integer("seed")!, method: ruleMethod, kernels };
}

const TITLES: Readonly<Record<keyof ExamScores, string>> = {
  spearman: "Spearman",
  pearson: "Pearson",
  weightedSpearman: "Spearman, weighted by importance",
  weightedPearson: "Pearson, weighted by importance",
  logits: "logit test (0.5 by chance)",
  detection: "detection (0.5 by chance)",
  fuzzing: "fuzzing (0.5 by chance)",
};

function renderResult({ dictionary, method, seed, summary, tooFewExamples, path }: InterpretResult): string {
  const { all, singleToken, others, features, unanswered } = summary;
  const left = tooFewExamples === 0 ? "" : `; ${tooFewExamples} more had too few examples`;
  const none = unanswered === 0 ? "" : `; ${unanswered} without an answer that could be read`;
  const rows = (Object.keys(TITLES) as (keyof ExamScores)[]).map((name) => [
    TITLES[name],
    ...[all, singleToken, others].map((medians: ScoreMedians) => renderMedian(medians[name])),
  ]);
  return [
    `${dictionary}: ${features} features explained by ${method}, seed ${seed}${left}${none}`,
    "medians and their 95 % intervals",
    ...[["", "all", "single-token", "others"], ...rows].map(([title, ...cells]) =>
      `  ${title!.padEnd(34)}${cells.map((cell) => cell.padEnd(26)).join("")}`.trimEnd(),
    ),
    `all of it: ${path}`,
  ].join("\n");
}

function renderMedian(median: MedianEstimate | null): string {
  if (median === null) return "-";
  const [low, high] = median.interval;
  return `${median.median.toFixed(2)}, ${low.toFixed(2)} to ${high.toFixed(2)} (${median.count})`;
}
