import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";

// The one module that changes the disk: an architecture test keeps the writing functions of node:fs out of all others.

const BLOCK_BYTES = 1 << 24;
/** Less than this is kept back until there is more to write at once: a model has hundreds of small tensors. */
const SMALL_BYTES = 1 << 20;

/** A file that is being written and that nobody else reads yet. */
export interface NewFile {
  /** Appends bytes, small ones with those that follow, and reads them back; throws where the disk holds something else. */
  readonly write: (bytes: Uint8Array) => void;
  /** Waits until all is on the disk. */
  readonly sync: () => void;
  /** Gives up what was not synced; nothing the second time. */
  readonly close: () => void;
}

/** Creates a file; one that exists already is an error (`EEXIST`). */
export function createFile(path: string): NewFile {
  const file = openSync(path, "wx+");
  const compare = createComparison(file, path);
  let small: Uint8Array[] = [];
  let at = 0;
  let written = 0;
  let open = true;
  const flush = () => {
    if (at === written) return;
    const block = small.length === 1 ? small[0]! : Buffer.concat(small);
    small = [];
    writeAll(file, block);
    compare(block, written);
    written = at;
  };
  return {
    write: (bytes) => {
      if (bytes.byteLength >= SMALL_BYTES) flush();
      // A copy, because the caller may use its memory again.
      small.push(bytes.byteLength < SMALL_BYTES ? Buffer.from(bytes) : bytes);
      at += bytes.byteLength;
      if (at - written >= SMALL_BYTES) flush();
    },
    sync: () => {
      flush();
      fsyncSync(file);
      const { size } = fstatSync(file);
      if (size !== at) throw new Error(`${path} has ${size} bytes after ${at} were written`);
    },
    close: () => {
      if (!open) return;
      open = false;
      closeSync(file);
    },
  };
}

/** Appends to a file, which is made where there is none; on the disk only after `syncFile`. */
export function appendToFile(path: string, content: string | Uint8Array): void {
  const file = openSync(path, "a");
  try {
    writeAll(file, typeof content === "string" ? Buffer.from(content) : content);
  } finally {
    closeSync(file);
  }
}

/** Waits until a file's bytes are on the disk. */
export function syncFile(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Cuts a file's end off. */
export function truncateFile(path: string, bytes: number): void {
  truncateSync(path, bytes);
  syncFile(path);
}

/** Moves a file or folder to another name in the same file system, and waits until the disk knows it. */
export function moveTo(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/** Gives a file a second name; one that exists already is an error (`EEXIST`). */
export function linkFile(from: string, to: string): void {
  linkSync(from, to);
}

/** Makes `to` the same file as `from`, or where the file system cannot, a copy of it that is on the disk. */
export function linkOrCopyFile(from: string, to: string): undefined {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
    syncFile(to);
  }
}

/** Deletes a file; one that is not there is deleted already. */
export function remove(path: string): void {
  rmSync(path, { force: true });
}

/** Deletes a file, or a folder with all in it; one that is not there is deleted already. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Makes a folder and those above it, and waits until the disk knows each new one. */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let folder = dirname(resolve(path)); folder.length >= top.length; folder = dirname(folder)) {
    syncFolder(folder);
    if (folder === top) return;
  }
}

/** `removeFolder` for what is left over anyway: where the disk refuses, what it refused before is the error worth telling. */
export function removeIfPossible(path: string): void {
  try {
    removeFolder(path);
  } catch {
    // Left-overs are ignored by every reader, and removed by the next process that may.
  }
}

/** Bytes that this process may still write in a folder, which need not exist yet. */
export function measureFreeBytes(folder: string): number {
  let path = resolve(folder);
  while (!existsSync(path)) path = dirname(path);
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
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

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; )
    at += writeSync(file, bytes, at, Math.min(BLOCK_BYTES, bytes.byteLength - at));
}

/** Compares bytes with what a file holds from `start` on. */
function createComparison(file: number, path: string): (bytes: Uint8Array, start: number) => void {
  let block = Buffer.alloc(0);
  return (bytes, start) => {
    const wanted = Math.min(BLOCK_BYTES, bytes.byteLength);
    if (block.length < wanted) block = Buffer.alloc(wanted);
    for (let at = 0; at < bytes.byteLength; ) {
      const count = readSync(file, block, 0, Math.min(block.length, bytes.byteLength - at), start + at);
      if (count === 0 || block.compare(bytes, at, at + count, 0, count) !== 0)
        throw new Error(`${path} does not hold what was written to it: the disk or the file system is failing`);
      at += count;
    }
  };
}
