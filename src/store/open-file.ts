import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { UserError } from "../numerics/user-error.ts";
import type { ByteSource } from "./safetensors-header.ts";

/** A file opened for reading by position. */
export interface OpenFile extends ByteSource {
  /** Fills `bytes` with what stands from `position` on. */
  readonly fill: (bytes: Uint8Array, position: number) => void;
  readonly close: () => void;
}

const CHUNK_BYTES = 1 << 30;

/** Opens a file; a folder, a pipe or a device is a `UserError`, and so is a file that turns out shorter than it was when it was opened. */
export function openFile(path: string): OpenFile {
  // A pipe must not be opened: that waits for somebody to write into it.
  if (!statSync(path).isFile()) throw new UserError(`${path} is no file: name a file, not a folder, pipe or device`);
  const handle = openSync(path, "r");
  const { size } = fstatSync(handle);
  const fill = (bytes: Uint8Array, position: number) => readWhole(handle, bytes, position, path);
  return {
    name: path,
    size,
    fill,
    read: (position, length) => {
      const bytes = new Uint8Array(length);
      fill(bytes, position);
      return bytes;
    },
    close: () => closeSync(handle),
  };
}

function readWhole(handle: number, bytes: Uint8Array, position: number, path: string): void {
  for (let at = 0; at < bytes.byteLength; ) {
    const count = readSync(handle, bytes, at, Math.min(CHUNK_BYTES, bytes.byteLength - at), position + at);
    if (count === 0)
      throw new UserError(`${path} ended at byte ${position + at} while it was read: it was changed meanwhile`);
    at += count;
  }
}
