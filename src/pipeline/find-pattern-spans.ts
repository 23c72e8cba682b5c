import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ProxyRule } from "../analysis/context-proxy.ts";
import { readDocumentText, type TextSpans } from "../analysis/pattern-spans.ts";
import type { ProxyText } from "../analysis/proxy-text.ts";
import { UserError } from "../numerics/user-error.ts";

/** What a worker searches for. */
export interface PatternJob {
  readonly rule: Extract<ProxyRule, { kind: "pattern" }>;
  readonly name: string;
}

const CHARACTERS_AT_ONCE = 1 << 20;
const LIMIT_MS = 20_000;

/**
 * The matches of a pattern in each document of a text, found by a thread of its own that is stopped after `limit` milliseconds or
 * by the signal: a pattern that takes longer, as some do exponentially, is a `UserError`.
 */
export async function findPatternSpans(
  text: ProxyText,
  { rule, name }: PatternJob,
  signal: AbortSignal,
  limit = LIMIT_MS,
): Promise<readonly TextSpans[]> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./pattern-worker.${extension}`, import.meta.url), { workerData: { rule, name } });
  const timeout = AbortSignal.timeout(limit);
  const stop = AbortSignal.any([signal, timeout]);
  try {
    const spans: TextSpans[] = [];
    for (const texts of batchDocuments(text)) {
      worker.postMessage(texts);
      const [found] = (await once(worker, "message", { signal: stop })) as [readonly TextSpans[]];
      spans.push(...found);
    }
    return spans;
  } catch (error) {
    signal.throwIfAborted();
    if (!timeout.aborted) throw error;
    throw new UserError(
      `proxy ${name}: the pattern /${rule.pattern}/${rule.flags} was stopped after ${limit / 1000} s on this text: simplify it, nested repetitions such as (a+)+ above all`,
    );
  } finally {
    await worker.terminate();
  }
}

function* batchDocuments(text: ProxyText): Generator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (let document = 0; document < text.stream.documentStarts.length; document++) {
    const content = readDocumentText(text, document);
    batch.push(content);
    characters += content.length;
    if (characters < CHARACTERS_AT_ONCE) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}
