import { resolve } from "node:path";
import { createNativeKernels } from "../kernels/native.ts";
import { STAGE_NAMES } from "../pipeline/events.ts";
import { resolveExperiment } from "../pipeline/experiment.ts";
import { readPreset } from "../pipeline/presets.ts";
import type { RunRequest } from "../pipeline/run-experiment.ts";
import { hashValue } from "../store/stage-record.ts";
import type { Command, OptionValues } from "./command.ts";
import { showRun, untilInterrupted } from "./follow-run.ts";
import { openBrowser } from "./open-browser.ts";
import { corpusAssignments, parseThreads, RUN_OPTIONS } from "./run-options.ts";
import { openServer, SERVER_OPTIONS } from "./serve.ts";

/** `monosem demo`: serves its page at once, runs `tiny` for something to see within a minute, then the demo itself. */
export const demo: Command = {
  summary: "train a model and its dictionary on your own machine and watch",
  options: {
    corpus: RUN_OPTIONS.corpus,
    valid: RUN_OPTIONS.valid,
    set: RUN_OPTIONS.set,
    threads: RUN_OPTIONS.threads,
    dir: { kind: "string", placeholder: "DIR", describe: "where the runs are kept", default: "runs" },
    ...SERVER_OPTIONS,
    exit: { kind: "flag", describe: "end when the demo is ready instead of serving on" },
  },
  examples: ["monosem demo", "monosem demo --corpus ~/texts"],
  run: runDemo,
};

async function runDemo(values: OptionValues): Promise<void> {
  const requests = createRequests(values);
  const server = await openServer(
    requests.map(({ directory }) => directory),
    values,
  );
  process.stdout.write(`\nOpen this address to watch:\n${server.url}\n\n`);
  if (values.flag("open")) openBrowser(server.createTicketUrl());
  try {
    await untilInterrupted(async (signal) => {
      for (const request of requests) await showRun(request, signal, false);
      process.stdout.write(`\nThe dictionary is ready:\n${server.url}\nPress Ctrl-C to stop serving.\n`);
      if (!values.flag("exit")) await untilAborted(signal);
    });
  } finally {
    await server.close();
  }
}

function createRequests(values: OptionValues): RunRequest[] {
  const threads = parseThreads(values);
  const request = (preset: string, name: string, assignments: readonly string[]): RunRequest => ({
    directory: resolve(values.string("dir")!, name),
    experiment: resolveExperiment(readPreset(preset), assignments, `preset ${preset}`),
    stages: STAGE_NAMES,
    dictionaryName: "main",
    backend: "auto",
    ...(threads === undefined ? {} : { threads }),
  });
  const tiny = request("tiny", "tiny", []);
  if (!isNativeAvailable()) return [tiny];
  const assignments = [...corpusAssignments(values), ...values.strings("set")];
  return [tiny, request("demo", nameRun(assignments), assignments)];
}

/** `demo`, or for the reader's own text and settings a name of their own, so that each keeps its results. */
function nameRun(assignments: readonly string[]): string {
  return assignments.length === 0 ? "demo" : `demo-${hashValue(assignments).slice(0, 6)}`;
}

function isNativeAvailable(): boolean {
  try {
    createNativeKernels();
    return true;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nUntil then the demo runs the tiny preset only.\n`);
    return false;
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise<void>((done) => signal.addEventListener("abort", () => done()));
}
