import { Worker } from "node:worker_threads";
import { UserError, type UserExitCode } from "../numerics/user-error.ts";
import { explainSystemError } from "../store/explain-system-error.ts";
import type { RunEvent } from "./events.ts";
import type { RunRequest } from "./run-experiment.ts";
import { Interrupted } from "./stage.ts";
import type { SweepRequest } from "./sweep/sweeping.ts";

/** What the worker thread sends back. */
export type WorkerMessage =
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "finished" }
  | {
      readonly kind: "failed";
      readonly name: string;
      readonly message: string;
      readonly stack: string;
      readonly exitCode: UserExitCode | 0;
    };

/**
 * Runs an experiment, or a sweep, in a worker thread, so that the calling thread stays free to draw and to serve. Aborting the signal
 * lets the worker save a checkpoint and throws `Interrupted`.
 */
export async function* runInWorker(request: RunRequest | SweepRequest, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./run-worker.${extension}`, import.meta.url), { workerData: request });
  const queue: WorkerMessage[] = [];
  let wake = () => {};
  const push = (message: WorkerMessage) => {
    queue.push(message);
    wake();
  };
  worker.on("message", push);
  worker.on("error", (error: Error) => push(failure(error)));
  worker.on("exit", () => push({ kind: "finished" }));
  const stop = () => worker.postMessage("stop");
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    for (;;) {
      const message = queue.shift();
      if (message === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else if (message.kind === "event") yield message.event;
      else if (message.kind === "failed") throw revive(message);
      else return;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.terminate();
  }
}

/** An error as it travels between threads. */
export function failure(thrown: Error): WorkerMessage & { kind: "failed" } {
  const error = explainSystemError(thrown) as Error;
  const exitCode = error instanceof UserError ? error.exitCode : 0;
  return { kind: "failed", name: error.name, message: error.message, stack: error.stack ?? "", exitCode };
}

function revive({ name, message, stack, exitCode }: WorkerMessage & { kind: "failed" }): Error {
  if (name === "Interrupted") return new Interrupted(message);
  if (exitCode !== 0) return new UserError(message, exitCode);
  return Object.assign(new Error(message), { name, stack });
}
