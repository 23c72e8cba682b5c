import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../numerics/user-error.ts";
import { explainWriteError } from "./write-atomically.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process in clock ticks since boot where the system tells it, so that a reused pid is not taken for the holder. */
  readonly startTime: string;
}

/**
 * Takes the right to write in a run directory and returns the function that gives it back. A lock whose process is gone
 * is taken over; one held by a living process is a `UserError`.
 */
export function lockRunDirectory(directory: string): () => void {
  const path = join(directory, "lock");
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw explainWriteError(error, directory);
  }
  for (let attempt = 0; ; attempt++) {
    if (tryCreate(path)) return () => rmSync(path, { force: true });
    const holder = readHolder(path);
    if (attempt >= 3 || (holder !== undefined && isAlive(holder)))
      throw new UserError(
        `${directory} is in use by process ${holder?.pid ?? "unknown"} on ${holder?.host ?? "this machine"}; ` +
          "wait for it to end, stop it, or choose another --run folder",
      );
    rmSync(path, { force: true });
  }
}

function tryCreate(path: string): boolean {
  try {
    const file = openSync(path, "wx");
    const holder: Holder = { pid: process.pid, host: hostname(), startTime: readStartTime(process.pid) };
    writeSync(file, JSON.stringify(holder));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw explainWriteError(error, path);
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return holder.startTime === readStartTime(holder.pid);
}

function readStartTime(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
