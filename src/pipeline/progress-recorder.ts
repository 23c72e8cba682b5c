import { runPaths } from "../store/run-directory.ts";
import { writeJson } from "../store/write-atomically.ts";
import type { RunEvent, StageName } from "./events.ts";
import { createPaceMeter } from "./pace.ts";
import { recordTiming } from "./timings.ts";

/** How far one stage is. */
export interface StageProgress {
  readonly name: StageName;
  readonly state: "waiting" | "running" | "done" | "skipped" | "failed";
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly seconds: number;
  readonly etaSeconds: number | null;
}

/** `progress.json`: how far a run is, for pages that watch it. */
export interface RunProgress {
  readonly state: "running" | "finished" | "failed" | "interrupted";
  readonly message: string;
  readonly stages: readonly StageProgress[];
}

/** Keeps `progress.json` and `timings.json` up to date with a run's events. */
export interface ProgressRecorder {
  readonly record: (event: RunEvent) => void;
  readonly fail: (error: unknown) => void;
}

const WRITE_EVERY_MS = 500;

/**
 * The recorder of a run of these stages in this directory; `nameRecord` says under what name a stage's timing is kept. The
 * rate is of the work done since the stage was started or resumed.
 */
export function createProgressRecorder(
  directory: string,
  names: readonly StageName[],
  nameRecord: (stage: StageName) => string = (stage) => stage,
): ProgressRecorder {
  const paths = runPaths(directory);
  const stages = new Map<StageName, StageProgress>(
    names.map((name) => [name, { name, state: "waiting", done: 0, total: 0, unit: "", seconds: 0, etaSeconds: null }]),
  );
  const startedAt = new Map<StageName, number>();
  const measurePace = createPaceMeter();
  let perSecond = 0;
  let state: RunProgress["state"] = "running";
  let message = "";
  let writtenAt = 0;
  const write = () => {
    writtenAt = Date.now();
    writeJson(paths.progress, { state, message, stages: [...stages.values()] } satisfies RunProgress);
  };
  const update = (name: StageName, change: Partial<StageProgress>) => {
    const stage = stages.get(name);
    if (stage !== undefined) stages.set(name, { ...stage, ...change });
  };
  const progress = (event: RunEvent & { kind: "progress" }) => {
    const now = Date.now();
    const seconds = (now - (startedAt.get(event.stage) ?? now)) / 1000;
    const pace = measurePace(event, now);
    perSecond = pace.perSecond;
    update(event.stage, {
      state: "running",
      done: event.done,
      total: event.total,
      unit: event.unit,
      seconds,
      etaSeconds: pace.etaSeconds,
    });
    if (now - writtenAt >= WRITE_EVERY_MS) write();
  };
  const start = (stage: StageName) => {
    startedAt.set(stage, Date.now());
    perSecond = 0;
    update(stage, { state: "running" });
  };
  const finish = (event: RunEvent & { kind: "stage-finished" }) => {
    const seconds = (Date.now() - (startedAt.get(event.stage) ?? Date.now())) / 1000;
    update(event.stage, {
      state: event.skipped ? "skipped" : "done",
      etaSeconds: null,
      ...(event.skipped ? {} : { seconds }),
    });
    const { done = 0, unit = "" } = stages.get(event.stage) ?? {};
    const timing = { seconds, done, unit, perSecond: perSecond > 0 ? perSecond : done / Math.max(seconds, 1e-3) };
    if (!event.skipped) recordTiming(paths.timings, nameRecord(event.stage), timing);
  };
  return {
    record: (event) => {
      if (event.kind === "progress") return progress(event);
      if (event.kind === "member") return;
      if (event.kind === "stage-started") start(event.stage);
      if (event.kind === "stage-finished") finish(event);
      if (event.kind === "note" || event.kind === "warning") message = event.sentence;
      if (event.kind === "run-finished") state = "finished";
      write();
    },
    fail: (error) => {
      state = (error as Error).name === "Interrupted" ? "interrupted" : "failed";
      message = (error as Error).message;
      for (const stage of stages.values()) if (stage.state === "running") update(stage.name, { state: "failed" });
      try {
        write();
      } catch {
        // What stopped the run may forbid this too, and is the error worth telling.
      }
    },
  };
}
