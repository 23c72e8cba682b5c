import { parentPort, workerData } from "node:worker_threads";
import { type RunRequest, runExperiment } from "./run-experiment.ts";
import { failure, type WorkerMessage } from "./run-in-worker.ts";

const port = parentPort!;
const controller = new AbortController();
port.on("message", () => controller.abort());

const send = (message: WorkerMessage) => port.postMessage(message);
try {
  for await (const event of runExperiment(workerData as RunRequest, controller.signal)) send({ kind: "event", event });
} catch (error) {
  send(failure(error as Error));
}
port.close();
