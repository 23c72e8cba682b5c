import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../numerics/user-error.ts";
import { type FeaturePack, openFeaturePackGradually } from "../store/feature-pack.ts";
import type { ServedDictionary } from "./run-catalogue.ts";
import { createStalePacks, type StalePacks } from "./stale-packs.ts";

/** A dictionary's pack: open, not built yet, or not to be used. */
export type FoundPack =
  | { readonly kind: "open"; readonly pack: FeaturePack }
  | { readonly kind: "none" }
  | { readonly kind: "damaged"; readonly problem: string };

/** The feature packs that are open, one per dictionary, each the newest generation that was found whole. */
export interface FeaturePacks {
  readonly find: (dictionary: ServedDictionary) => FoundPack | Promise<FoundPack>;
  /** What to do about a pack of other weights than the dictionary's; null where there is nothing to do. */
  readonly warn: StalePacks["warn"];
  readonly close: () => void;
}

interface Entry {
  readonly generation: string;
  found: FoundPack | Promise<FoundPack>;
}

/** A request that was given a pack reads from it at once; after this long none does. */
const RETIREMENT_MS = 10_000;
const REREAD_MS = 50;

/**
 * Opens packs when they are first asked for, and again when a newer generation was published; until that one is open, the one
 * before is given.
 */
export function createFeaturePacks(): FeaturePacks {
  const entries = new Map<string, Entry>();
  const open = new Set<FeaturePack>();
  const close = (pack: FeaturePack) => {
    if (open.delete(pack)) pack.close();
  };
  const readGeneration = createGenerationReader();
  const retire = (found: FoundPack | undefined) => {
    if (found?.kind === "open") setTimeout(close, RETIREMENT_MS, found.pack).unref();
  };
  const begin = (folder: string, generation: string, before: FoundPack | undefined): Entry => {
    const opening = openPack(folder).then(
      (found) => {
        if (found.kind === "open") open.add(found.pack);
        const isNewest = entries.get(folder) === entry;
        retire(isNewest ? before : found);
        if (isNewest) entry.found = found;
        return found;
      },
      (error: Error): FoundPack => {
        entries.delete(folder);
        return { kind: "damaged", problem: error.message };
      },
    );
    const entry: Entry = { generation, found: before?.kind === "open" ? before : opening };
    return entry;
  };
  return {
    find: ({ paths: { pack: folder } }) => {
      const generation = readGeneration(folder);
      const entry = entries.get(folder);
      if (generation === undefined) return { kind: "none" };
      if (entry?.generation === generation) return entry.found;
      const before = entry?.found instanceof Promise ? undefined : entry?.found;
      const begun = begin(folder, generation, before);
      entries.set(folder, begun);
      return begun.found;
    },
    warn: createStalePacks().warn,
    close: () => {
      for (const pack of [...open]) close(pack);
    },
  };
}

async function openPack(folder: string): Promise<FoundPack> {
  try {
    return { kind: "open", pack: await openFeaturePackGradually(folder) };
  } catch (error) {
    if (error instanceof UserError) return { kind: "damaged", problem: error.message };
    throw error;
  }
}

/** The name of a folder's newest generation, looked up on the disk some times a second and not at every request. */
function createGenerationReader(): (folder: string) => string | undefined {
  const known = new Map<string, { readonly generation: string | undefined; readonly until: number }>();
  return (folder) => {
    const entry = known.get(folder);
    const now = performance.now();
    if (entry !== undefined && now < entry.until) return entry.generation;
    const generation = readGeneration(folder);
    known.set(folder, { generation, until: now + REREAD_MS });
    return generation;
  };
}

function readGeneration(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, "current.json"), "utf8");
  } catch {
    return undefined;
  }
}
