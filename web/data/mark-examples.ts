import type { Example } from "../../src/features/feature-record.ts";
import type { RuleAnswer, RuleJob } from "../rule-messages.ts";
import { createProxyRule, type ExampleRule } from "./example-rule.ts";
import type { RuleMarks } from "./rule-context.ts";
import { startWorker } from "./start-worker.ts";
import type { TokenNames } from "./token-names.ts";

/** A rule that takes longer is given up. */
const LIMIT_MS = 2000;

/**
 * Which tokens of examples a rule matches, found by a worker that is ended after two seconds: a pattern that takes longer, as
 * some do exponentially, throws an `Error` with a sentence, as does one that is none. Each window is a text of its own.
 */
export function markExamples(
  rule: ExampleRule,
  examples: readonly Example[],
  names: TokenNames,
  signal: AbortSignal,
): Promise<RuleMarks> {
  const worker = startWorker("rule");
  const work = new Promise<RuleMarks>((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const giveUp = () => reject(new Error("The rule took longer than 2 s: simplify it, nested repetitions above all."));
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    worker.onerror = ({ message }) => reject(new Error(message || "The worker ended."));
    worker.onmessage = ({ data }: MessageEvent<RuleAnswer>) => {
      clearTimeout(timer);
      if (data.kind === "ready") {
        timer = setTimeout(giveUp, LIMIT_MS);
        worker.postMessage(createJob(rule, examples, names));
      } else if (data.kind === "failed") reject(new Error(data.message));
      else resolve(shareMarks(examples, data.marks));
    };
  });
  return work.finally(() => worker.terminate());
}

function createJob(rule: ExampleRule, examples: readonly Example[], names: TokenNames): RuleJob {
  const ids = examples.flatMap(({ tokens }) => tokens.filter((id) => id >= 0));
  const used = [...new Set(ids)];
  const place = new Map(used.map((id, i) => [id, i]));
  let length = 0;
  const starts = examples.map(({ tokens }) => {
    const start = length;
    length += tokens.filter((id) => id >= 0).length;
    return start;
  });
  return {
    rule: createProxyRule(rule),
    tokens: Uint32Array.from(ids, (id) => place.get(id)!),
    starts: Uint32Array.from(starts),
    vocabulary: used.map(names.bytes),
  };
}

/** The marks of each window, also of its places outside the context, which have none. */
function shareMarks(examples: readonly Example[], marks: Uint8Array): RuleMarks {
  let at = 0;
  return new Map(
    examples.map((example) => [example, Uint8Array.from(example.tokens, (id) => (id >= 0 ? marks[at++]! : 0))]),
  );
}
