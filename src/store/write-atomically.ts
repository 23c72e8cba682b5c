import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { FULL_DISK, UserError } from "../numerics/user-error.ts";
import {
  createFile,
  linkOrCopyFile,
  makeFolder,
  measureFreeBytes,
  moveTo,
  type NewFile,
  removeFolder,
  removeIfPossible,
} from "./disk.ts";
import { explainSystemError } from "./explain-system-error.ts";
import { isProcessAlive } from "./process-alive.ts";

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
  const replacement = openReplacement(path, countBytes(parts), createFile);
  try {
    for (const part of parts) replacement.file.write(part);
    replacement.publish();
  } catch (error) {
    throw replacement.giveUp(error);
  }
}

/** `writePartsAtomically` for pieces that are made while others are written. */
export async function streamAtomically(
  path: string,
  parts: AsyncIterable<Uint8Array>,
  neededBytes: number,
): Promise<void> {
  const replacement = openReplacement(path, neededBytes, createFile);
  try {
    for await (const part of parts) replacement.file.write(part);
    replacement.publish();
  } catch (error) {
    throw replacement.giveUp(error);
  }
}

/** Makes `path` the same file as `from`, which no later write to either name changes: files are replaced, never altered. */
export function shareAtomically(from: string, path: string): void {
  const replacement = openReplacement(path, statSync(from).size, (temporary) => linkOrCopyFile(from, temporary));
  try {
    replacement.publish();
  } catch (error) {
    throw replacement.giveUp(error);
  }
}

/** Deletes what a killed process was writing in a folder and below; call it only while holding the folder's lock. */
export function removeUnfinishedWrites(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.name.startsWith(TEMPORARY_PREFIX)) removeFolder(join(entry.parentPath, entry.name));
}

/** Deletes what killed processes of this machine were writing in a folder that no lock guards, and nothing of those that live. */
export function removeAbandonedWrites(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const [, host, pid] = /^\.writing-([0-9a-f]{8})-(\d+)-/.exec(name) ?? [];
    if (host === nameHost() && !isProcessAlive(Number(pid))) removeFolder(join(folder, name));
  }
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

/** A name in `folder` for what is not to be seen before it is whole; it tells which process of which machine writes it. */
export function nameTemporary(folder: string): string {
  return join(folder, `${TEMPORARY_PREFIX}${nameHost()}-${process.pid}-${randomUUID()}`);
}

function nameHost(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
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

/** 0 where the parts are made one by one. */
function countBytes(parts: Iterable<Uint8Array>): number {
  return Array.isArray(parts) ? parts.reduce((sum: number, part: Uint8Array) => sum + part.byteLength, 0) : 0;
}

/** A file on its way: beside its place, and seen by no reader until it is published. */
interface Replacement<File> {
  readonly file: File;
  /** Puts the file into its place once all of it is on the disk. */
  readonly publish: () => void;
  /** Removes the file; returns the error to throw, as a sentence where the file system refused. */
  readonly giveUp: (error: unknown) => unknown;
}

/** `start` makes the temporary file, whole or to be written. */
function openReplacement<File extends NewFile | undefined>(
  path: string,
  neededBytes: number,
  start: (temporary: string) => File,
): Replacement<File> {
  const folder = dirname(path);
  const temporary = nameTemporary(folder);
  let file: File | undefined;
  const giveUp = (error: unknown): unknown => {
    closeIfPossible(file);
    removeIfPossible(temporary);
    return explainWriteError(error, path, neededBytes);
  };
  try {
    makeFolder(folder);
    file = start(temporary);
  } catch (error) {
    throw giveUp(error);
  }
  const publish = () => {
    file?.sync();
    file?.close();
    moveTo(temporary, path);
  };
  return { file, publish, giveUp };
}

function closeIfPossible(file: NewFile | undefined): void {
  try {
    file?.close();
  } catch {
    // What failed before is the error worth telling.
  }
}
