import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../numerics/user-error.ts";
import { explainSystemError } from "./explain-system-error.ts";

const TEMPORARY_PREFIX = ".writing-";
const MAX_WRITE_BYTES = 1 << 30;

/**
 * Writes a whole file so that a reader, or a process killed at any moment, sees the old content or the new one and
 * nothing between: temporary file beside it, write, fsync, rename, fsync of the folder. Left-over temporary files of a
 * crash are ignored by every reader.
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  writePartsAtomically(path, [typeof content === "string" ? Buffer.from(content) : content]);
}

/** `writeAtomically` for content that comes in several pieces. */
export function writePartsAtomically(path: string, parts: Iterable<Uint8Array>): void {
  const folder = dirname(path);
  const temporary = join(folder, `${TEMPORARY_PREFIX}${randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true });
    const file = openSync(temporary, "wx");
    try {
      for (const part of parts) writeAll(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(folder);
  } catch (error) {
    removeIfThere(temporary);
    throw explainWriteError(error, path);
  }
}

/** Deletes what a killed process was writing in a folder and below; call it only while holding the folder's lock. */
export function removeUnfinishedWrites(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name.startsWith(TEMPORARY_PREFIX)) rmSync(join(entry.parentPath, entry.name));
}

/** Writes a value as indented JSON with a final newline. */
export function writeJson(path: string, value: unknown): void {
  writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Turns the file system's refusals (full disk, rights) into a sentence; other errors pass through. */
export function explainWriteError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new UserError(
      `no space left to write ${path}; the last complete version is untouched: free some space and run the same command again`,
    );
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new UserError(`cannot write ${path}: ${code}; choose another folder or give it write permission`);
  if (code === "ENOTDIR" || code === "EEXIST")
    return new UserError(`cannot write ${path}: a file stands where a folder is wanted; choose another --run folder`);
  if (code === "EISDIR")
    return new UserError(`cannot write ${path}: a folder stands where a file is wanted; remove it`);
  const explained = explainSystemError(error);
  return explained === error ? error : new UserError(`cannot write ${path}: ${(error as Error).message}`);
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder itself is not there or not a folder: nothing was written.
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.byteLength)
    offset += writeSync(file, bytes, offset, Math.min(MAX_WRITE_BYTES, bytes.byteLength - offset));
}

function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
