import { compilePattern } from "../src/analysis/compile-rule.ts";
import { type FindSpans, markProxy } from "../src/analysis/mark-proxies.ts";
import { matchSpans, readDocumentText } from "../src/analysis/pattern-spans.ts";
import type { RuleAnswer, RuleJob } from "./rule-messages.ts";

addEventListener("message", ({ data }: MessageEvent<RuleJob>) => {
  mark(data).then(
    (marks) => send({ kind: "marks", marks }),
    (error: Error) => send({ kind: "failed", message: error.message }),
  );
});
send({ kind: "ready" });

/** The tokens that a rule matches. A pattern that takes for ever is ended with the worker by who started it. */
async function mark({ rule, tokens, starts, vocabulary }: RuleJob): Promise<Uint8Array> {
  const text = {
    stream: { tokens, documentStarts: starts, documentLabels: [] },
    tokenizer: { endOfText: -1, tokenBytes: (id: number) => vocabulary[id]!, vocabularySize: vocabulary.length },
    tokenCounts: new Float64Array(vocabulary.length),
  };
  const findSpans: FindSpans = async (pattern) => {
    const compiled = compilePattern(pattern, "the rule");
    return Array.from(starts, (_, document) => matchSpans(readDocumentText(text, document), compiled));
  };
  return markProxy(text, { name: "own", title: "own", rule }, findSpans);
}

function send(message: RuleAnswer): void {
  postMessage(message);
}
