import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../numerics/user-error.ts";
import { type FeaturePack, openFeaturePack } from "../store/feature-pack.ts";
import type { ServedDictionary } from "./run-catalogue.ts";

/** A dictionary's pack: open, not built yet, or not to be used. */
export type FoundPack =
  | { readonly kind: "open"; readonly pack: FeaturePack }
  | { readonly kind: "none" }
  | { readonly kind: "damaged"; readonly problem: string };

/** The feature packs that are open, one per dictionary, each the newest generation. */
export interface FeaturePacks {
  readonly find: (dictionary: ServedDictionary) => FoundPack;
  readonly close: () => void;
}

/** Opens packs when they are first asked for, and again when a newer generation was published. */
export function createFeaturePacks(): FeaturePacks {
  const known = new Map<string, { readonly generation: string; readonly found: FoundPack }>();
  const forget = (folder: string) => {
    const found = known.get(folder)?.found;
    if (found?.kind === "open") found.pack.close();
    known.delete(folder);
  };
  return {
    find: ({ paths: { pack: folder } }) => {
      const generation = readGeneration(folder);
      const entry = known.get(folder);
      if (entry !== undefined && entry.generation === generation) return entry.found;
      forget(folder);
      if (generation === undefined) return { kind: "none" };
      const found = openPack(folder);
      known.set(folder, { generation, found });
      return found;
    },
    close: () => {
      for (const folder of [...known.keys()]) forget(folder);
    },
  };
}

function openPack(folder: string): FoundPack {
  try {
    return { kind: "open", pack: openFeaturePack(folder) };
  } catch (error) {
    if (error instanceof UserError) return { kind: "damaged", problem: error.message };
    throw error;
  }
}

function readGeneration(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, "current.json"), "utf8");
  } catch {
    return undefined;
  }
}
