import { existsSync, readFileSync } from "node:fs";
import { writeJson } from "../store/write-atomically.ts";

/** How long one stage took, and what it did per second. */
export interface StageTiming {
  readonly seconds: number;
  readonly done: number;
  readonly unit: string;
  readonly perSecond: number;
}

/** `timings.json`: the only artefact that depends on the clock. */
export type Timings = Readonly<Record<string, StageTiming>>;

/** Timings recorded so far; a damaged file counts as none. */
export function readTimings(path: string): Timings {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Timings;
  } catch {
    return {};
  }
}

/** Adds or replaces the timing of one stage. */
export function recordTiming(path: string, stage: string, timing: StageTiming): void {
  writeJson(path, { ...readTimings(path), [stage]: timing });
}
