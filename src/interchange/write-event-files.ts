import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listDictionaryNames } from "../store/dictionary-names.ts";
import { appendToFile } from "../store/disk.ts";
import { readEvents } from "../store/event-log.ts";
import { runPaths } from "../store/run-directory.ts";
import { explainWriteError, writeAtomically } from "../store/write-atomically.ts";
import { renderEventFile } from "./tensorboard.ts";

/** TensorBoard takes a file for its own if its name holds `tfevents`; the digits stand for a time. */
const FILE_NAME = "events.out.tfevents.0000000000.monosem";

/**
 * Brings a run's event files up to date with its logs, one folder for the model and one for each dictionary under
 * `tensorboard/`, and returns their paths. What a log gained is appended, so that a TensorBoard that watches sees it.
 */
export function writeEventFiles(directory: string): string[] {
  return listLogs(directory).flatMap(({ name, log }) => {
    const lines = readEvents(log);
    if (lines.length === 0) return [];
    const path = join(directory, "tensorboard", name, FILE_NAME);
    bringUpToDate(path, renderEventFile(lines));
    return [path];
  });
}

function listLogs(directory: string): { readonly name: string; readonly log: string }[] {
  const paths = runPaths(directory);
  const dictionaries = listDictionaryNames(directory).map((name) => ({
    name: `dictionary-${name}`,
    log: paths.dictionary(name).metricsLog,
  }));
  return [{ name: "model", log: paths.model.metrics }, ...dictionaries];
}

function bringUpToDate(path: string, wanted: Uint8Array): void {
  const present = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const begins = present.byteLength > 0 && present.equals(wanted.subarray(0, present.byteLength));
  try {
    if (!begins) writeAtomically(path, wanted);
    else if (present.byteLength < wanted.byteLength) appendToFile(path, wanted.subarray(present.byteLength));
  } catch (error) {
    throw explainWriteError(error, path);
  }
}
