import { type ReadonlySignal, signal } from "@preact/signals";
import type { RunProgress } from "../../src/pipeline/progress-recorder.ts";
import type { LogSource, RunStreamEvent } from "../../src/server/api.ts";
import type { LogLine } from "../../src/store/event-log.ts";
import { openEvents } from "./fetch-data.ts";

/** The lines of one log, by kind. */
export type LogLines = ReadonlyMap<string, readonly LogLine[]>;

/** A run as it is being told: curves and progress, growing while someone looks. */
export interface RunStream {
  /** Lines by source: `model`, or `dictionary:NAME`. */
  readonly logs: ReadonlySignal<ReadonlyMap<string, LogLines>>;
  readonly progress: ReadonlySignal<RunProgress | null>;
  /** The server has stopped answering. */
  readonly lost: ReadonlySignal<boolean>;
  readonly close: () => void;
}

const MAXIMUM_LINES = 4000;

/** Listens to a run; `onChanged` is called when its report, metrics or feature pages changed. Sleeps while the tab is hidden. */
export function openRunStream(run: string, onChanged: () => void): RunStream {
  const logs = signal<ReadonlyMap<string, LogLines>>(new Map());
  const progress = signal<RunProgress | null>(null);
  const lost = signal(false);
  let close: (() => void) | undefined;
  const receive = (event: RunStreamEvent) => {
    if (event.kind === "progress") progress.value = event.progress;
    if (event.kind === "changed") onChanged();
    if (event.kind === "log") logs.value = new Map(logs.value).set(...mergeLog(logs.value, event));
  };
  const connect = () => {
    close?.();
    close = document.hidden
      ? undefined
      : openEvents(`/api/runs/${run}/events`, {
          receive: (event) => receive(event as RunStreamEvent),
          setLost: (now) => {
            lost.value = now;
          },
        });
  };
  connect();
  document.addEventListener("visibilitychange", connect);
  return {
    logs,
    progress,
    lost,
    close: () => {
      document.removeEventListener("visibilitychange", connect);
      close?.();
    },
  };
}

/** The key under which a log's lines are kept. */
export function nameLog(source: LogSource): string {
  return source.kind === "model" ? "model" : `dictionary:${source.name}`;
}

/** A log with new lines added, thinned evenly when it grows too long to draw. */
export function mergeLog(
  logs: ReadonlyMap<string, LogLines>,
  event: RunStreamEvent & { kind: "log" },
): [name: string, lines: LogLines] {
  const name = nameLog(event.source);
  const merged = new Map(event.reset ? [] : logs.get(name));
  for (const [kind, lines] of Map.groupBy(event.lines, (line) => String(line.kind))) {
    const all = [...(merged.get(kind) ?? []), ...lines];
    merged.set(kind, all.length > MAXIMUM_LINES ? all.filter((_, i) => i % 2 === 0 || i === all.length - 1) : all);
  }
  return [name, merged];
}
