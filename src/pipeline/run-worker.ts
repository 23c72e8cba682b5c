import { parentPort, workerData } from "node:worker_threads";
import { type RunRequest, runExperiment } from "./run-experiment.ts";
import { failure, type WorkerMessage } from "./run-in-worker.ts";
import { runSweep } from "./sweep/run-sweep.ts";
import type { SweepRequest } from "./sweep/sweeping.ts";

const port = parentPort!;
const controller = new AbortController();
port.on("message", () => controller.abort());

const send = (message: WorkerMessage) => port.postMessage(message);
try {
  const request = workerData as RunRequest | SweepRequest;
  const run = "sweep" in request ? runSweep(request, controller.signal) : runExperiment(request, controller.signal);
  for await (const event of run) send({ kind: "event", event });
} catch (error) {
  send(failure(error as Error));
}
port.close();
