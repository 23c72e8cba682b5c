import { type Comparison, restoreMatches, type StoredUniversality } from "../analysis/comparison.ts";
import { summariseMatches } from "../analysis/match-summary.ts";
import { selectKernels } from "../kernels/select.ts";
import type { MedianEstimate } from "../numerics/median-interval.ts";
import { UserError } from "../numerics/user-error.ts";
import { type ComparedPlace, type ComparisonEvent, compareRuns } from "../pipeline/compare-runs.ts";
import { STAGE_NAMES } from "../pipeline/events.ts";
import { resolveExperiment } from "../pipeline/experiment.ts";
import { openRun } from "../pipeline/open-run.ts";
import type { RunRequest } from "../pipeline/run-experiment.ts";
import type { Command, OptionValues } from "./command.ts";
import { createProgressBar } from "./draw-progress.ts";
import { showRun, untilInterrupted } from "./follow-run.ts";
import { demandRun, LIVE_OPTIONS } from "./live-options.ts";
import { parseBackend, parseThreads } from "./run-options.ts";

/** The paper's medians of the best match, features and neurons. */
const PAPER = { features: ".72", neurons: ".46" };

/** `monosem compare`: which features two dictionaries share. */
export const compare: Command = {
  summary: "find each feature in another dictionary: of another seed of the model, another size, another run",
  options: {
    ...LIVE_OPTIONS,
    with: {
      kind: "string",
      placeholder: "DIR",
      describe: "run to compare with; one of another seed is trained unless given",
    },
    other: { kind: "string", placeholder: "NAME", describe: "dictionary of that run", default: "main" },
    seed: {
      kind: "integer",
      placeholder: "N",
      describe: "seed of the model and dictionary that are trained",
      default: 2,
    },
    tokens: {
      kind: "integer",
      placeholder: "N",
      describe: "held-out tokens to compare on (evaluation.tokens unless given)",
    },
    json: { kind: "flag", describe: "one JSON object a line instead of a progress bar" },
  },
  examples: [
    "monosem compare --run runs/demo                       # trains runs/demo-seed-2 first",
    "monosem compare --run runs/demo --with runs/wide",
    "monosem compare --run runs/demo --with runs/demo --other sizes-512",
  ],
  notes: () => [
    "Both must have the same tokenizer: monosem run --run NEW --reuse DIR --set ... keeps it.",
    "The result is kept in the first run's folder analyses; monosem serve --run A --run B shows it under /compare.",
  ],
  run: (values) => untilInterrupted((signal) => compareAndShow(values, signal)),
};

async function compareAndShow(values: OptionValues, signal: AbortSignal): Promise<void> {
  const left = { directory: demandRun(values), dictionary: values.string("dictionary")! };
  const request = values.string("with") === undefined ? createSecondRun(values, left) : undefined;
  if (request !== undefined) await showRun(request, signal, values.flag("json"));
  const right = { directory: values.string("with") ?? request!.directory, dictionary: values.string("other")! };
  const tokens = values.integer("tokens");
  if (tokens === 0) throw new UserError("--tokens is 0, wanted at least 1", 2);
  const kernels = await selectKernels(chooseMachine(values));
  await showComparison(compareRuns({ left, right, tokens }, kernels, signal), values.flag("json"));
}

function chooseMachine(values: OptionValues): Pick<RunRequest, "backend" | "threads"> {
  const threads = parseThreads(values);
  return { backend: parseBackend(values.string("backend")!), ...(threads === undefined ? {} : { threads }) };
}

/** The same experiment with another seed of the model and of the dictionary, the text shared. */
function createSecondRun(values: OptionValues, { directory }: ComparedPlace): RunRequest {
  const seed = values.integer("seed")!;
  const name = `${directory.replace(/\/+$/, "")}-seed-${seed}`;
  const changes = [`training.seed=${seed}`, `dictionary.seed=${seed}`];
  return {
    directory: name,
    experiment: resolveExperiment(openRun(directory).config, changes, directory),
    stages: STAGE_NAMES,
    dictionaryName: "main",
    reuse: directory,
    ...chooseMachine(values),
  };
}

async function showComparison(events: AsyncIterable<ComparisonEvent>, json: boolean): Promise<void> {
  const bar = createProgressBar(process.stderr);
  try {
    for await (const event of events) {
      if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
      else if (event.kind === "compared") {
        bar.clear();
        process.stdout.write(renderComparison(event.path, event.comparison));
      } else
        bar.draw({
          ...{ stage: `compare ${event.what}`, done: event.share * event.tokens, total: event.tokens, unit: "tokens" },
        });
    }
  } finally {
    bar.clear();
  }
}

function renderComparison(path: string, comparison: Comparison): string {
  const { left, right, tokens, features, neurons } = comparison;
  const rows = (what: "features" | "neurons", found: StoredUniversality) =>
    (["left", "right"] as const).map((side) => {
      const { activation, logits, attribution } = summariseMatches(restoreMatches(found[side]), comparison);
      const from = side === "left" ? left : right;
      return [
        `${what} of ${from.run}, ${from.dictionary}`.padEnd(44),
        ...[activation, logits, attribution].map((median) => renderMedian(median).padStart(18)),
        `  (the paper ${PAPER[what]})`,
      ].join("");
    });
  return [
    `best matches of ${left.run} ${left.dictionary} and ${right.run} ${right.dictionary} on ${tokens.toLocaleString("en-US")} tokens`,
    `${"median, with its 95 % interval".padEnd(44)}${["activation", "logit weights", "attribution"].map((name) => name.padStart(18)).join("")}`,
    ...rows("features", features),
    ...(neurons === null ? [] : rows("neurons", neurons)),
    path,
    "",
  ].join("\n");
}

function renderMedian(estimate: MedianEstimate | null): string {
  if (estimate === null) return "none";
  const [low, high] = estimate.interval.map((value) => value.toFixed(2));
  return `${estimate.median.toFixed(3)} ${low}-${high}`;
}
