import type { RunRequest } from "../pipeline/run-experiment.ts";
import { runInWorker } from "../pipeline/run-in-worker.ts";
import { Interrupted } from "../pipeline/stage.ts";
import type { SweepRequest } from "../pipeline/sweep/sweeping.ts";
import { createJsonView, createProgressView, type ProgressView } from "./draw-progress.ts";
import { createSweepView } from "./draw-sweep.ts";

/** Exit code after Ctrl-C, as shells expect it. */
const INTERRUPTED = 130;
const SAME_KEY_MS = 500;

/** Runs a request while showing its progress, and in `others`; the first Ctrl-C saves and stops, the second stops at once. */
export function followRun(
  request: RunRequest | SweepRequest,
  json: boolean,
  others: readonly ProgressView[] = [],
): Promise<void> {
  return untilInterrupted((signal) => showRun(request, signal, json, others));
}

/** Shows a run's events as they come, and its report at the end unless the events are for a machine. */
export async function showRun(
  request: RunRequest | SweepRequest,
  signal: AbortSignal,
  json: boolean,
  others: readonly ProgressView[] = [],
): Promise<void> {
  const views = [json ? createJsonView(process.stdout) : createView(request), ...others];
  try {
    for await (const event of runInWorker(request, signal)) {
      for (const view of views) view.show(event);
      if (event.kind === "run-finished" && !json) process.stdout.write(`\n${event.report}\n`);
    }
  } finally {
    for (const view of views) view.end();
  }
}

function createView(request: RunRequest | SweepRequest): ProgressView {
  return "sweep" in request ? createSweepView(process.stderr) : createProgressView(process.stderr);
}

/** Does work that Ctrl-C may stop: work that saved itself and threw `Interrupted` ends the command with a sentence and code 130. */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = stopOnInterrupt();
  try {
    await work(stop.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = INTERRUPTED;
  } finally {
    stop.dispose();
  }
}

/** An abort signal that Ctrl-C and SIGTERM raise; a second Ctrl-C ends the process. */
function stopOnInterrupt(): { readonly signal: AbortSignal; readonly dispose: () => void } {
  const controller = new AbortController();
  let first = 0;
  const stop = () => {
    const now = Date.now();
    // One Ctrl-C may arrive twice: from the terminal, and passed on by a process above.
    if (controller.signal.aborted && now - first < SAME_KEY_MS) return;
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    first = now;
    process.stderr.write("\nsaving; press Ctrl-C again to stop at once\n");
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return { signal: controller.signal, dispose: () => process.off("SIGINT", stop).off("SIGTERM", stop) };
}
