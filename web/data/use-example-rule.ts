import { useEffect, useState } from "preact/hooks";
import type { FeatureData } from "./dictionary-data.ts";
import { type ExampleRule, parseExampleRule } from "./example-rule.ts";
import { markExamples } from "./mark-examples.ts";
import type { RuleState } from "./rule-context.ts";

/** The tokens of a feature's examples that the address's rule matches; once they are found, until another rule or feature. */
export function useExampleRule(query: URLSearchParams, shown: FeatureData | undefined): RuleState {
  const rule = parseExampleRule(query);
  const [state, setState] = useState<RuleState>({ kind: "none" });
  const key = JSON.stringify(rule);
  useEffect(() => {
    if (rule.text === "" || shown === undefined) {
      setState({ kind: "none" });
      return;
    }
    const stop = new AbortController();
    setState({ kind: "working" });
    void tryRule(rule, shown, stop.signal).then((found) => {
      if (!stop.signal.aborted) setState(found);
    });
    return () => stop.abort();
  }, [key, shown?.record]);
  return state;
}

async function tryRule(rule: ExampleRule, { data, record }: FeatureData, signal: AbortSignal): Promise<RuleState> {
  const examples = record.groups.flatMap((group) => group.examples);
  try {
    return { kind: "marked", marks: await markExamples(rule, examples, data.names, signal) };
  } catch (error) {
    return { kind: "failed", problem: (error as Error).message };
  }
}
