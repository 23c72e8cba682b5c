import { parentPort, workerData } from "node:worker_threads";
import { compilePattern } from "../analysis/compile-rule.ts";
import { matchSpans } from "../analysis/pattern-spans.ts";
import type { PatternJob } from "./find-pattern-spans.ts";

const { rule, name } = workerData as PatternJob;
const pattern = compilePattern(rule, `proxy ${name}`);
parentPort!.on("message", (texts: readonly string[]) => {
  parentPort!.postMessage(texts.map((text) => matchSpans(text, pattern)));
});
