import { statSync } from "node:fs";
import type { RunPaths } from "../store/run-directory.ts";

/** Weights that a page is asked to load before it can compute: some seconds on a fast line, and twice as much of its memory. */
const PAGE_BYTES = 200e6;

/** Whether the weights of a run's model and of each of these dictionaries are small enough for a page to compute with. */
export function fitsPage(paths: RunPaths, dictionaries: readonly string[]): boolean {
  const largest = Math.max(0, ...dictionaries.map((name) => measureFile(paths.dictionary(name).weights)));
  return measureFile(paths.model.weights) + largest <= PAGE_BYTES;
}

/** 0 for a file that is not there. */
function measureFile(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
