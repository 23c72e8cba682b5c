import { readFile } from "node:fs/promises";
import type { RunProgress } from "../pipeline/progress-recorder.ts";
import { isRunDirectoryLocked } from "../store/lock.ts";
import type { ServedRun } from "./run-catalogue.ts";

/** How far a run is, or null before it began. One whose process is gone without a word counts as interrupted. */
export async function readProgress(run: ServedRun): Promise<RunProgress | null> {
  const progress = await parseProgress(run.paths.progress);
  if (progress?.state !== "running" || isRunDirectoryLocked(run.paths.root)) return progress;
  return { ...progress, state: "interrupted", message: "its process is gone; the same command goes on from here" };
}

async function parseProgress(path: string): Promise<RunProgress | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as RunProgress;
  } catch {
    return null;
  }
}
