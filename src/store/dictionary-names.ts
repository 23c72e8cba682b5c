import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DICTIONARY_NAME } from "./run-directory.ts";

/** The names of the dictionaries that a run directory has so far, `main` first. */
export function listDictionaryNames(root: string): string[] {
  try {
    const entries = readdirSync(join(root, "dictionaries"), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory() && DICTIONARY_NAME.test(entry.name));
    return names
      .map((entry) => entry.name)
      .sort((a, b) => Number(b === "main") - Number(a === "main") || (a < b ? -1 : 1));
  } catch {
    return [];
  }
}
