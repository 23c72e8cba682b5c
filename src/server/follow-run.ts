import { stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { ANALYSIS_NAMES } from "../analysis/analyses.ts";
import { listDictionaryNames } from "../store/dictionary-names.ts";
import type { LogSource, RunStreamEvent } from "./api.ts";
import { createLogTail, type LogTail } from "./log-tail.ts";
import { readProgress } from "./read-progress.ts";
import type { ServedRun } from "./run-catalogue.ts";

const POLL_MS = 500;
const HEARTBEAT_POLLS = 30;

/**
 * Everything that happens to a run, history first, until the signal aborts: reads what its logs gained and its progress
 * twice a second.
 */
export async function* followRun(run: ServedRun, signal: AbortSignal): AsyncGenerator<RunStreamEvent> {
  const logs = createLogs(run);
  const progress = createChangeWatch();
  const details = createChangeWatch();
  details.note(await fingerprintOf(run));
  for (let quietPolls = 0; !signal.aborted; quietPolls++) {
    for (const { source, tail } of logs()) {
      const { reset, lines } = await tail.read();
      if (!reset && lines.length === 0) continue;
      quietPolls = 0;
      yield { kind: "log", source, reset, lines };
    }
    const now = await readProgress(run);
    if (progress.note(JSON.stringify(now))) yield { kind: "progress", progress: now };
    if (details.note(await fingerprintOf(run))) yield { kind: "changed" };
    if (quietPolls % HEARTBEAT_POLLS === HEARTBEAT_POLLS - 1) yield { kind: "heartbeat" };
    await setTimeout(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Remembers a text and says whether the next one differs. */
function createChangeWatch(): { note(text: string): boolean } {
  let last: string | undefined;
  return {
    note: (text) => {
      const changed = text !== last;
      last = text;
      return changed;
    },
  };
}

/** The logs a run has so far; the tail of a log stays the same from call to call. */
function createLogs(run: ServedRun): () => { source: LogSource; tail: LogTail }[] {
  const logs = [{ source: { kind: "model" } as LogSource, tail: createLogTail(run.paths.model.metrics) }];
  const known = new Set<string>();
  return () => {
    for (const name of listDictionaryNames(run.paths.root)) {
      if (known.has(name)) continue;
      known.add(name);
      const tail = createLogTail(run.paths.dictionary(name).metricsLog);
      logs.push({ source: { kind: "dictionary", name }, tail });
    }
    return logs;
  };
}

/** Changes whenever one of the files behind the run's details does. */
async function fingerprintOf(run: ServedRun): Promise<string> {
  const { paths } = run;
  const names = listDictionaryNames(run.paths.root);
  const dictionaries = names.map((name) => paths.dictionary(name));
  const files = [
    paths.config,
    paths.reportJson,
    paths.timings,
    paths.model.evaluation,
    ...ANALYSIS_NAMES.flatMap((analysis) => names.map((name) => paths.analysis(analysis, name))),
    ...dictionaries.flatMap((dictionary) => [dictionary.metrics, `${dictionary.pack}/current.json`]),
  ];
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return times.join(" ");
}
