import type { RunRequest } from "../pipeline/run-experiment.ts";
import { runInWorker } from "../pipeline/run-in-worker.ts";
import { Interrupted } from "../pipeline/stage.ts";
import { createJsonView, createProgressView } from "./draw-progress.ts";

/** Exit code after Ctrl-C, as shells expect it. */
const INTERRUPTED = 130;
const SAME_KEY_MS = 500;

/** Runs a request while showing its progress; the first Ctrl-C saves and stops, the second stops at once. */
export async function followRun(request: RunRequest, json: boolean): Promise<void> {
  const view = json ? createJsonView(process.stdout) : createProgressView(process.stderr);
  const controller = stopOnInterrupt();
  try {
    for await (const event of runInWorker(request, controller.signal)) {
      view.show(event);
      if (event.kind === "run-finished" && !json) process.stdout.write(`\n${event.report}\n`);
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    view.end();
    process.stderr.write(`${error.message}\n`);
    process.exitCode = INTERRUPTED;
  } finally {
    view.end();
    controller.dispose();
  }
}

/** An abort signal that Ctrl-C and SIGTERM raise; a second Ctrl-C ends the process. */
export function stopOnInterrupt(): { readonly signal: AbortSignal; readonly dispose: () => void } {
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
