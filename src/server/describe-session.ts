import { readFile } from "node:fs/promises";
import type { Session } from "./api.ts";
import { fitsPage } from "./fits-page.ts";
import type { RunCatalogue, ServedRun } from "./run-catalogue.ts";

interface SessionOptions {
  readonly catalogue: RunCatalogue;
  readonly writable: boolean;
}

/** What a page may ask of this server. */
export async function readSession({ catalogue, writable }: SessionOptions): Promise<Session> {
  const layers = await Promise.all(catalogue.runs.map(readLayers));
  const dictionaries = catalogue.listDictionaries();
  const areSmall = catalogue.runs.every((run) =>
    fitsPage(
      run.paths,
      dictionaries.filter((dictionary) => dictionary.run === run).map(({ name }) => name),
    ),
  );
  return { writable, live: areSmall && layers.every((count) => count <= 1) ? "page" : "server" };
}

/** The blocks of a run's model; 0 where there is none yet. */
async function readLayers({ paths }: ServedRun): Promise<number> {
  try {
    const config = JSON.parse(await readFile(paths.model.config, "utf8")) as { n_layer?: unknown };
    return Number(config.n_layer);
  } catch {
    return 0;
  }
}
