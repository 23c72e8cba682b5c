import { randomUUID } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { FULL_DISK, UserError } from "../numerics/user-error.ts";
import {
  createFile,
  linkOrCopyFile,
  makeFolder,
  measureFreeBytes,
  moveTo,
  removeFolder,
  removeIfPossible,
} from "./disk.ts";
import { explainSystemError } from "./explain-system-error.ts";

const TEMPORARY_PREFIX = ".writing-";

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
  replaceAtomically(path, (temporary) => writeNewFile(temporary, parts), countBytes(parts));
}

/** `writePartsAtomically` for pieces that are made while others are written. */
export async function streamAtomically(
  path: string,
  parts: AsyncIterable<Uint8Array>,
  neededBytes: number,
): Promise<void> {
  const folder = dirname(path);
  const temporary = nameTemporary(folder);
  try {
    makeFolder(folder);
    const file = createFile(temporary);
    try {
      for await (const part of parts) file.write(part);
      file.sync();
    } finally {
      file.close();
    }
    moveTo(temporary, path);
  } catch (error) {
    removeIfPossible(temporary);
    throw explainWriteError(error, path, neededBytes);
  }
}

/** Makes `path` the same file as `from`, which no later write to either name changes: files are replaced, never altered. */
export function shareAtomically(from: string, path: string): void {
  replaceAtomically(path, (temporary) => linkOrCopyFile(from, temporary), statSync(from).size);
}

/** Deletes what a killed process was writing in a folder and below; call it only while holding the folder's lock. */
export function removeUnfinishedWrites(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.name.startsWith(TEMPORARY_PREFIX)) removeFolder(join(entry.parentPath, entry.name));
}

/** Writes a value as indented JSON with a final newline. */
export function writeJson(path: string, value: unknown): void {
  writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Turns the file system's refusals (full disk, rights) into a sentence with the bytes wanted where known; other errors pass through. */
export function explainWriteError(error: unknown, path: string, neededBytes = 0): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT") return explainFullDisk(path, neededBytes);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new UserError(`cannot write ${path}: ${code}; choose another folder or give it write permission`);
  if (code === "ENOTDIR" || code === "EEXIST")
    return new UserError(`cannot write ${path}: a file stands where a folder is wanted; choose another --run folder`);
  if (code === "EISDIR")
    return new UserError(`cannot write ${path}: a folder stands where a file is wanted; remove it`);
  const explained = explainSystemError(error);
  return explained === error ? error : new UserError(`cannot write ${path}: ${(error as Error).message}`);
}

/** A name beside `path` for what is not to be seen before it is whole. */
export function nameTemporary(folder: string): string {
  return join(folder, `${TEMPORARY_PREFIX}${randomUUID()}`);
}

function explainFullDisk(path: string, neededBytes: number): UserError {
  const needed = neededBytes > 0 ? `, which takes ${neededBytes} bytes` : "";
  return new UserError(
    `no space left to write ${path}${needed}${describeFreeSpace(path)}; the last complete version is untouched: free some space and run the same command again`,
    FULL_DISK,
  );
}

function describeFreeSpace(path: string): string {
  try {
    return `, ${measureFreeBytes(dirname(path))} bytes are free`;
  } catch {
    return "";
  }
}

function writeNewFile(path: string, parts: Iterable<Uint8Array>): void {
  const file = createFile(path);
  try {
    for (const part of parts) file.write(part);
    file.sync();
  } finally {
    file.close();
  }
}

/** 0 where the parts are made one by one. */
function countBytes(parts: Iterable<Uint8Array>): number {
  return Array.isArray(parts) ? parts.reduce((sum: number, part: Uint8Array) => sum + part.byteLength, 0) : 0;
}

function replaceAtomically(path: string, write: (temporary: string) => void, neededBytes: number): void {
  const folder = dirname(path);
  const temporary = nameTemporary(folder);
  try {
    makeFolder(folder);
    write(temporary);
    moveTo(temporary, path);
  } catch (error) {
    removeIfPossible(temporary);
    throw explainWriteError(error, path, neededBytes);
  }
}
