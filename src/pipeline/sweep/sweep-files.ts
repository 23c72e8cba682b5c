import { join } from "node:path";
import { writeAtomically, writeJson } from "../../store/write-atomically.ts";
import type { SweepRecord } from "./sweep-record.ts";

/** The files of one sweep of a run. */
export interface SweepPaths {
  readonly record: string;
  readonly report: string;
  readonly frontier: string;
  readonly sizes: string;
}

/** The paths of the sweep of that name in the run directory at `root`. */
export function sweepPaths(root: string, name: string): SweepPaths {
  const at = (suffix: string) => join(root, "sweeps", `${name}${suffix}`);
  return { record: at(".json"), report: at(".md"), frontier: at("-frontier.svg"), sizes: at("-sizes.svg") };
}

/** Keeps a sweep's record, its report for people and its pictures; those with nothing to show are absent. */
export function writeSweep(
  root: string,
  record: SweepRecord,
  pictures: { readonly report: string; readonly frontier?: string; readonly sizes?: string },
): void {
  const paths = sweepPaths(root, record.name);
  writeJson(paths.record, record);
  for (const [kind, text] of Object.entries(pictures)) writeAtomically(paths[kind as keyof typeof pictures], text);
}
