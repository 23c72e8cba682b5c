import { createHash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { FeaturePackHeader } from "../store/feature-pack.ts";
import { readSafetensorsHeader } from "../store/safetensors-header.ts";
import type { ServedDictionary } from "./run-catalogue.ts";

/** Says of packs whether the dictionary was learned anew since they were built. */
export interface StalePacks {
  /** What to do about a pack of other weights; null where it is that of the weights on the disk, or nothing can be said. */
  readonly warn: (dictionary: ServedDictionary, pack: FeaturePackHeader) => Promise<string | null>;
}

/** Directions are hashed as their file is first seen, and again when it is replaced. */
export function createStalePacks(): StalePacks {
  const hashes = new Map<string, { readonly stamp: string; readonly hash: Promise<string | undefined> }>();
  const findHash = (path: string): Promise<string | undefined> | undefined => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    const stamp = `${stat.ino}-${stat.size}-${stat.mtimeMs}`;
    const known = hashes.get(path);
    if (known?.stamp === stamp) return known.hash;
    const hash = hashDirections(path).catch(() => undefined);
    hashes.set(path, { stamp, hash });
    return hash;
  };
  return {
    warn: async ({ name, run, paths }, { dictionarySha256, partial }) => {
      const hash = partial ? undefined : await findHash(paths.weights);
      if (hash === undefined || hash === dictionarySha256) return null;
      return `These pages were computed from another dictionary than the one that ${name} is now: build them anew with monosem features --run ${run.paths.root} --dictionary ${name}`;
    },
  };
}

/** SHA-256 of the decoder's rows as they lie in the file, as the header of a pack states it; undefined where it holds none. */
async function hashDirections(path: string): Promise<string | undefined> {
  const { entries, start } = readHeader(path);
  const decoder = entries.find(({ name, dtype }) => name === "decoder" && dtype === "F32");
  if (decoder === undefined) return undefined;
  const hash = createHash("sha256");
  const bytes = createReadStream(path, { start: start + decoder.begin, end: start + decoder.end - 1 });
  for await (const chunk of bytes) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function readHeader(path: string) {
  const file = openSync(path, "r");
  try {
    const read = (position: number, length: number) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, position));
    };
    return readSafetensorsHeader({ name: path, size: fstatSync(file).size, read });
  } finally {
    closeSync(file);
  }
}
