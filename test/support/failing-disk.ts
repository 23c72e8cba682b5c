import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { resolve, sep } from "node:path";

/**
 * What happens at one operation on the disk: the process is killed before it (`kill`), or behaves from then on as if it had been,
 * with nothing written any more (`crash`); `torn` is a crash after half of the bytes of that write. An errno fails that operation
 * and those after it until the disk is mended.
 */
export interface Fault {
  readonly kind: "none" | "kill" | "crash" | "torn" | "EIO" | "ENOSPC" | "EACCES" | "EROFS";
  /** Which operation, counted from 1. */
  readonly at: number;
  /** Counts these operations alone; all of them if absent. */
  readonly operation?: Operation;
  /** Only files below this folder count. */
  readonly root: string;
}

export interface FailingDisk {
  /** Operations so far, by name. */
  readonly operations: readonly Operation[];
  /** Whether the fault has happened. */
  readonly failed: () => boolean;
  readonly mend: () => void;
}

/** What the process that was to be killed throws instead. */
export class Crash extends Error {
  override readonly name = "Crash";
}

const OPERATIONS = [
  ...["mkdirSync", "openSync", "writeSync", "fsyncSync", "truncateSync"],
  ...["renameSync", "rmSync", "linkSync", "copyFileSync"],
] as const;
export type Operation = "mkdir" | "open" | "write" | "fsync" | "truncate" | "rename" | "rm" | "link" | "copyFile";
type FileFunction = (...args: unknown[]) => unknown;

/**
 * Puts a fault into `node:fs` itself, so that the tested program has no seam of its own and no write can escape it. Works because
 * the exports of a built-in module are live; `mend` puts the originals back.
 */
export function breakDisk(fault: Fault): FailingDisk {
  const module = fs as unknown as Record<string, FileFunction>;
  const originals = new Map(OPERATIONS.map((name) => [name, module[name]!]));
  const concerns = watchFolder(fault.root);
  const operations: Operation[] = [];
  let matching = 0;
  let failed = false;
  const happensNow = (operation: Operation) => {
    operations.push(operation);
    if (fault.operation === undefined || fault.operation === operation) matching++;
    return matching === fault.at && fault.kind !== "none";
  };
  for (const [name, original] of originals) {
    const operation = name.slice(0, -"Sync".length) as Operation;
    module[name] = (...args) => {
      const file = concerns(name, args);
      if (file === "inside" && failed) return fail(fault.kind, operation, args, original);
      if (file === "inside" && happensNow(operation)) {
        failed = true;
        if (fault.kind === "torn" && operation === "write") writeHalf(args, original);
        return fail(fault.kind, operation, args, original);
      }
      const result = original(...args);
      concerns.opened(name, args, result);
      return result;
    };
  }
  syncBuiltinESMExports();
  return {
    operations,
    failed: () => failed,
    mend: () => {
      for (const [name, original] of originals) module[name] = original;
      syncBuiltinESMExports();
    },
  };
}

/** Tells the operations that change what is below a folder; knows files by their numbers too. */
function watchFolder(folder: string) {
  const root = resolve(folder) + sep;
  const numbers = new Set<unknown>();
  const isInside = (path: unknown) => typeof path === "string" && (resolve(path) + sep).startsWith(root);
  const concerns = (name: string, [first, second]: readonly unknown[]): "inside" | "outside" => {
    if (changesNothing(name, first, second)) return "outside";
    return numbers.has(first) || isInside(first) || isInside(second) ? "inside" : "outside";
  };
  /** Folders are opened to be synced, so the flag does not matter; a number is used again for another file. */
  const opened = (name: string, [path]: readonly unknown[], file: unknown) => {
    if (name !== "openSync") return;
    if (isInside(path)) numbers.add(file);
    else numbers.delete(file);
  };
  return Object.assign(concerns, { opened });
}

function changesNothing(name: string, path: unknown, flags: unknown): boolean {
  if (name === "openSync") return flags === "r";
  if (name === "mkdirSync") return fs.existsSync(path as string);
  return name === "rmSync" && !fs.existsSync(path as string);
}

function fail(kind: Fault["kind"], operation: Operation, args: readonly unknown[], original: FileFunction): unknown {
  if (kind === "kill") process.kill(process.pid, "SIGKILL");
  if (kind === "crash" || kind === "torn" || kind === "kill") throw new Crash(`killed at ${operation}`);
  // What frees space is possible on a full disk.
  if (kind === "ENOSPC" && (operation === "rm" || operation === "fsync")) return original(...args);
  throw Object.assign(new Error(`${kind}: injected, ${operation}`), { code: kind, syscall: operation });
}

function writeHalf([file, bytes, offset, length]: readonly unknown[], original: FileFunction): void {
  const half = Math.floor((length as number) / 2);
  if (half > 0) original(file, bytes, offset, half);
}
