import { Worker } from "node:worker_threads";
import { UserError, type UserExitCode } from "../numerics/user-error.ts";
import type { LabelDesk } from "./label-desk.ts";
import { Refused } from "./refused.ts";

/** A question to the desk's thread. */
export interface DeskQuestion {
  readonly id: number;
  readonly method: keyof LabelDesk;
  readonly values: readonly unknown[];
}

/** The answer with the question's id. */
export type DeskAnswer =
  | { readonly id: number; readonly kind: "answered"; readonly value: unknown }
  | { readonly id: number; readonly kind: "failed"; readonly message: string; readonly exitCode: UserExitCode | 0 };

/** The desk, in a thread of its own. */
export interface LabelClient {
  /** Starts the thread, so that the first question does not wait for it. */
  readonly start: () => void;
  /** Rejects with the desk's error, or refuses where too many wait. */
  readonly ask: <M extends keyof LabelDesk>(
    method: M,
    ...values: Parameters<LabelDesk[M]>
  ) => Promise<Awaited<ReturnType<LabelDesk[M]>>>;
  readonly close: () => Promise<void>;
}

interface Asker {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

const WAITING_LIMIT = 256;

/** A client whose thread is started anew should it end. */
export function createLabelClient(): LabelClient {
  const askers = new Map<number, Asker>();
  let worker: Worker | undefined;
  let asked = 0;
  const fail = (error: Error) => {
    worker = undefined;
    for (const { reject } of askers.values()) reject(error);
    askers.clear();
  };
  const start = (): Worker => {
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const started = new Worker(new URL(`./label-worker.${extension}`, import.meta.url));
    started.on("message", (answer: DeskAnswer) => {
      const asker = askers.get(answer.id);
      askers.delete(answer.id);
      if (askers.size === 0) started.unref();
      if (answer.kind === "answered") asker?.resolve(answer.value as never);
      else asker?.reject(reviveError(answer));
    });
    started.on("error", fail).on("exit", () => fail(new Error("the thread of the labels ended")));
    started.unref();
    return started;
  };
  const findWorker = (): Worker => {
    worker ??= start();
    return worker;
  };
  return {
    start: findWorker,
    ask: (method, ...values) => {
      if (askers.size >= WAITING_LIMIT) return Promise.reject(tooBusy());
      const id = ++asked;
      return new Promise((resolve, reject) => {
        askers.set(id, { resolve, reject });
        // A question keeps the process alive, a thread that waits for one does not.
        findWorker().ref();
        findWorker().postMessage({ id, method, values } satisfies DeskQuestion);
      });
    },
    close: async () => {
      await worker?.terminate();
    },
  };
}

function tooBusy(): Refused {
  return new Refused(503, "too many questions wait already: try again in a second", { "Retry-After": "1" });
}

function reviveError({ message, exitCode }: DeskAnswer & { kind: "failed" }): Error {
  return exitCode === 0 ? new Error(message) : new UserError(message, exitCode);
}
