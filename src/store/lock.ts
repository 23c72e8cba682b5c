import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { UserError } from "../numerics/user-error.ts";
import { createFile, linkFile, makeFolder, moveTo, remove, removeIfPossible } from "./disk.ts";
import { isProcessAlive } from "./process-alive.ts";
import { explainWriteError } from "./write-atomically.ts";

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** In clock ticks since boot where the system tells it, so that a reused pid is not taken for the holder. */
  startTime: z.string().default(""),
});

type Holder = z.output<typeof holderSchema>;

const ATTEMPTS = 4;
const RETRY_MS = 20;
const PATIENCE_MS = 60_000;
const TEMPORARY_PREFIX = ".lock-";

/**
 * Takes the right to write in a run directory and returns the function that gives it back. A lock whose process is gone
 * is taken over; one held by a living process is a `UserError`.
 */
export function lockRunDirectory(directory: string): () => void {
  const lock = tryLock(directory);
  if (lock.kind === "taken") return lock.release;
  throw refuse(directory, lock.holder);
}

/**
 * The same for what takes a moment, such as putting a finished pack in its place: waits while a living process holds the lock, a
 * minute at most.
 */
export async function awaitLock(directory: string, signal: AbortSignal): Promise<() => void> {
  for (let waited = 0; ; waited += RETRY_MS) {
    const lock = tryLock(directory);
    if (lock.kind === "taken") return lock.release;
    if (waited >= PATIENCE_MS) throw refuse(directory, lock.holder);
    await setTimeout(RETRY_MS, undefined, { signal });
  }
}

type TriedLock =
  | { readonly kind: "taken"; readonly release: () => void }
  | { readonly kind: "held"; readonly holder: Holder | undefined };

function tryLock(directory: string): TriedLock {
  const path = join(directory, "lock");
  try {
    makeFolder(directory);
  } catch (error) {
    throw explainWriteError(error, directory);
  }
  for (let attempt = 1; ; attempt++) {
    if (tryCreate(path)) {
      removeLeftOvers(directory);
      return { kind: "taken", release: () => removeIfPossible(path) };
    }
    const text = readLock(path);
    const holder = parseHolder(text);
    if (attempt === ATTEMPTS || (holder !== undefined && isAlive(holder))) return { kind: "held", holder };
    removeStale(path, text);
  }
}

function refuse(directory: string, holder: Holder | undefined): UserError {
  return new UserError(
    `${directory} is in use by process ${holder?.pid ?? "unknown"} on ${holder?.host ?? "this machine"}; ` +
      "wait for it to end, stop it, or choose another --run folder",
  );
}

/** Whether a living process holds the directory's lock. */
export function isRunDirectoryLocked(directory: string): boolean {
  const holder = parseHolder(readLock(join(directory, "lock")));
  return holder !== undefined && isAlive(holder);
}

/** The lock appears with its content, so that nobody reads an empty one and takes it for a crashed holder's. */
function tryCreate(path: string): boolean {
  const holder: Holder = { pid: process.pid, host: hostname(), startTime: readStartTime(process.pid) };
  const content = JSON.stringify(holder);
  const temporary = join(dirname(path), `${TEMPORARY_PREFIX}${randomUUID()}`);
  try {
    writeNew(temporary, content);
    createWhole(temporary, path, content);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw explainWriteError(error, path);
  } finally {
    removeIfPossible(temporary);
  }
}

function createWhole(temporary: string, path: string, content: string): void {
  try {
    linkFile(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    // Some file systems have no hard links.
    writeNew(path, content);
  }
}

/** Removes a lock only if it is still the one that was found stale, and not that of another process which was faster. */
function removeStale(path: string, text: string): void {
  const aside = join(dirname(path), `${TEMPORARY_PREFIX}${randomUUID()}`);
  try {
    moveTo(path, aside);
    if (readLock(aside) !== text) linkFile(aside, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EEXIST") throw explainWriteError(error, path);
  } finally {
    removeIfPossible(aside);
  }
}

function writeNew(path: string, content: string): void {
  const file = createFile(path);
  try {
    file.write(Buffer.from(content));
    file.sync();
  } finally {
    file.close();
  }
}

/** Removes what processes that died while taking the lock left: never the file of one that lives. */
function removeLeftOvers(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(TEMPORARY_PREFIX)) continue;
    const holder = parseHolder(readLock(join(directory, name)));
    if (holder === undefined || !isAlive(holder)) remove(join(directory, name));
  }
}

function readLock(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw explainWriteError(error, path);
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  return isProcessAlive(holder.pid) && holder.startTime === readStartTime(holder.pid);
}

function readStartTime(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
