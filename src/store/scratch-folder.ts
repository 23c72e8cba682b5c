import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildScratch } from "../features/build-scratch.ts";
import { removeFolder, removeIfPossible } from "./disk.ts";
import { writePartsAtomically } from "./write-atomically.ts";

const HASH_BYTES = 32;

/**
 * What a build that may be interrupted keeps, as files of `folder`: `<key>/<name>`, each followed by its SHA-256. What was kept
 * under another key is removed. A file that is not whole counts as none; where the disk refuses a file, nothing is kept any more.
 */
export function createScratchFolder(folder: string, key: string): BuildScratch {
  const own = createHash("sha256").update(key).digest("hex").slice(0, 16);
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (name !== own) removeIfPossible(join(folder, name));
  }
  const path = (name: string) => join(folder, own, name);
  let refused = false;
  return {
    get: (name) => {
      if (!existsSync(path(name))) return undefined;
      const bytes = new Uint8Array(readFileSync(path(name)));
      const content = bytes.subarray(0, Math.max(0, bytes.byteLength - HASH_BYTES));
      return hashOf(name, content).equals(bytes.subarray(content.byteLength)) ? content : undefined;
    },
    put: (name, bytes) => {
      if (refused) return;
      try {
        writePartsAtomically(path(name), [bytes, hashOf(name, bytes)]);
      } catch {
        refused = true;
        removeIfPossible(join(folder, own));
      }
    },
  };
}

/** Removes all that was kept. */
export function removeScratchFolder(folder: string): void {
  if (existsSync(folder)) removeFolder(folder);
}

function hashOf(name: string, content: Uint8Array): Buffer {
  return createHash("sha256").update(`${name}\n`).update(content).digest();
}
