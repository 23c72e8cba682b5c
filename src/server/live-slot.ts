import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { UserError } from "../numerics/user-error.ts";
import type { LiveJob, LiveOrder, LiveReply } from "./live-job.ts";

/** A thread that answers one job at a time. */
export interface LiveSlot {
  /**
   * The events of the answer as lines of JSON, computed as they are taken. Throws the signal's reason once it is raised; `onFree` is
   * called when the thread has come to an end with the job, also where nobody takes the events any more.
   */
  readonly answer: (job: LiveJob, signal: AbortSignal, onFree: () => void) => AsyncGenerator<Uint8Array<ArrayBuffer>>;
  /** Ends the thread, and with it what its models take of memory; the next job starts another. */
  readonly rest: () => Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  /** Its next message, for whoever listened last; rejects when it ends instead. */
  readonly listen: () => Promise<LiveReply>;
}

/** How long an order to stop may take before the thread is ended instead. */
const PATIENCE_MS = 2000;

/** A slot whose thread starts with its first job, and anew after one that had to be ended. */
export function createLiveSlot(): LiveSlot {
  let thread: Thread | undefined;
  const rest = async () => {
    const ended = thread?.worker.terminate();
    thread = undefined;
    await ended;
  };
  return {
    rest,
    answer: async function* (job, signal, onFree) {
      thread ??= startThread();
      const { worker, listen } = thread;
      const order = (message: LiveOrder) => worker.postMessage(message);
      const over = Promise.withResolvers<void>();
      let isOver = false;
      const finish = async () => {
        if (isOver) return over.promise;
        isOver = true;
        signal.removeEventListener("abort", finish);
        order({ kind: "stop" });
        if (!(await isEnded(listen))) await rest();
        onFree();
        over.resolve();
      };
      signal.addEventListener("abort", finish);
      try {
        order({ kind: "ask", job });
        for (;;) {
          const reply = await untilAborted(listen(), signal);
          if (reply.kind === "failed") throw reviveError(reply);
          if (reply.kind !== "event") return;
          yield reply.line;
          signal.throwIfAborted();
          order({ kind: "next" });
        }
      } finally {
        await finish();
      }
    },
  };
}

function startThread(): Thread {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./live-worker.${extension}`, import.meta.url));
  worker.unref();
  const replies: LiveReply[] = [];
  let failure: Error | undefined;
  let listener: PromiseWithResolvers<LiveReply> | undefined;
  worker.on("message", (reply: LiveReply) => {
    if (listener === undefined) replies.push(reply);
    listener?.resolve(reply);
    listener = undefined;
  });
  const end = (error: Error) => {
    failure ??= error;
    listener?.reject(failure);
    listener = undefined;
  };
  worker.on("error", end).on("exit", () => end(new Error("the thread that computes ended")));
  return {
    worker,
    listen: () => {
      const reply = replies.shift();
      if (reply !== undefined) return Promise.resolve(reply);
      if (failure !== undefined) return Promise.reject(failure);
      listener = Promise.withResolvers();
      return listener.promise;
    },
  };
}

/** Whether the thread comes to its end within patience; events that were under way are dropped. */
async function isEnded(listen: Thread["listen"]): Promise<boolean> {
  const drain = async () => {
    while ((await listen()).kind !== "stopped");
    return true;
  };
  return Promise.race([drain().catch(() => false), setTimeout(PATIENCE_MS, false, { ref: false })]);
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function reviveError({ message, exitCode }: LiveReply & { kind: "failed" }): Error {
  return exitCode === 0 ? new Error(message) : new UserError(message, exitCode);
}
