import { parentPort } from "node:worker_threads";
import { UserError } from "../numerics/user-error.ts";
import { explainSystemError } from "../store/explain-system-error.ts";
import type { DeskAnswer, DeskQuestion } from "./label-client.ts";
import { createLabelDesk } from "./label-desk.ts";

const port = parentPort!;
const desk = createLabelDesk();

port.on("message", async ({ id, method, values }: DeskQuestion) => {
  const send = (answer: DeskAnswer) => port.postMessage(answer);
  try {
    const ask = desk[method] as (...values: unknown[]) => unknown;
    send({ id, kind: "answered", value: await ask(...values) });
  } catch (thrown) {
    const error = explainSystemError(thrown) as Error;
    send({ id, kind: "failed", message: error.message, exitCode: error instanceof UserError ? error.exitCode : 0 });
  }
});
