import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { appendToFile, makeFolder } from "./disk.ts";
import { explainWriteError } from "./write-atomically.ts";

/** One line of a `metrics.jsonl`: an event of training, with the step it happened at. */
export type LogLine = { readonly step: number } & Readonly<Record<string, unknown>>;

/** Appends events to a JSON-lines file. */
export function appendEvents(path: string, events: readonly LogLine[]): void {
  if (events.length === 0) return;
  try {
    makeFolder(dirname(path));
    appendToFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

/** The complete lines of a log; a last line cut by a crash is left out. */
export function readEvents(path: string): LogLine[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").flatMap(parseLine);
}

function parseLine(line: string): LogLine[] {
  try {
    return [JSON.parse(line) as LogLine];
  } catch {
    return [];
  }
}
