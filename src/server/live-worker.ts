import { readlinkSync, statSync } from "node:fs";
import { setPriority } from "node:os";
import { basename } from "node:path";
import { parentPort } from "node:worker_threads";
import type { Kernels } from "../kernels/kernels.ts";
import { selectKernels } from "../kernels/select.ts";
import { answerLive } from "../live/answer-live.ts";
import type { LiveEvent } from "../live/live-event.ts";
import type { LiveSubject } from "../live/live-subject.ts";
import { UserError } from "../numerics/user-error.ts";
import { openLive } from "../pipeline/open-live.ts";
import { explainSystemError } from "../store/explain-system-error.ts";
import { runPaths } from "../store/run-directory.ts";
import type { LiveJob, LiveOrder, LiveReply } from "./live-job.ts";

/** One step below what serves pages. */
const NICENESS = 5;
const KEPT_SUBJECTS = 2;

const port = parentPort!;
const subjects = new Map<string, LiveSubject>();
let kernels: Kernels | undefined;
let events: AsyncGenerator<LiveEvent> | undefined;
let stopped = new AbortController();

giveWay();
let turn = Promise.resolve();
port.on("message", (order: LiveOrder) => {
  if (order.kind === "ask") stopped = new AbortController();
  if (order.kind === "stop") stopped.abort();
  const { signal } = stopped;
  turn = turn.then(async () => send(await obey(order, signal)));
});

async function obey(order: LiveOrder, signal: AbortSignal): Promise<LiveReply> {
  try {
    switch (order.kind) {
      case "ask":
        events = answerLive(await openSubject(order.job), order.job.request, signal);
        return await takeEvent();
      case "next":
        return await takeEvent();
      case "stop":
        await events?.return(undefined).catch(() => undefined);
        events = undefined;
        return { kind: "stopped" };
      default:
        return order satisfies never;
    }
  } catch (thrown) {
    const error = explainSystemError(thrown) as Error;
    return { kind: "failed", message: error.message, exitCode: error instanceof UserError ? error.exitCode : 0 };
  }
}

async function takeEvent(): Promise<LiveReply> {
  const next = await events!.next();
  if (next.done) return { kind: "ended" };
  return { kind: "event", line: new TextEncoder().encode(`${JSON.stringify(next.value)}\n`) };
}

/** The subjects of the last two dictionaries asked about, as long as their files are the same. */
async function openSubject({ directory, dictionary }: LiveJob): Promise<LiveSubject> {
  const key = `${directory} ${dictionary} ${describeFiles(directory, dictionary)}`;
  // One thread a slot: slots are what runs side by side.
  kernels ??= await selectKernels({ backend: "auto", threads: 1 });
  const subject = subjects.get(key) ?? openLive(directory, dictionary, kernels);
  subjects.delete(key);
  subjects.set(key, subject);
  if (subjects.size > KEPT_SUBJECTS) subjects.delete(subjects.keys().next().value!);
  return subject;
}

function describeFiles(directory: string, dictionary: string): string {
  const { model, corpus, dictionary: paths } = runPaths(directory);
  const { weights, pack } = paths(dictionary);
  const files = [model.config, model.weights, corpus.tokenizer, weights, `${pack}/current.json`];
  const stamps = files.map((path) => statSync(path, { throwIfNoEntry: false }));
  return stamps.map((stamp) => (stamp === undefined ? "none" : `${stamp.ino}-${stamp.mtimeMs}`)).join(" ");
}

/** Lets the threads that serve go first. Linux knows a priority for each thread; elsewhere all stay equal. */
function giveWay(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(Number(basename(readlinkSync("/proc/thread-self"))), NICENESS);
  } catch {
    // Without /proc, or where it is not allowed, pages wait a little longer while something is computed.
  }
}

function send(reply: LiveReply): void {
  port.postMessage(reply, reply.kind === "event" ? [reply.line.buffer] : []);
}
