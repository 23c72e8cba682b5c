import { parentPort, workerData } from "node:worker_threads";
import { compilePattern } from "../analysis/context-proxy.ts";
import type { TextSpans } from "../analysis/pattern-spans.ts";
import type { PatternJob } from "./find-pattern-spans.ts";

const { rule, name } = workerData as PatternJob;
const pattern = compilePattern(rule, `proxy ${name}`);
parentPort!.on("message", (texts: readonly string[]) => {
  const spans = texts.map(
    (text): TextSpans => [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length]),
  );
  parentPort!.postMessage(spans);
});
