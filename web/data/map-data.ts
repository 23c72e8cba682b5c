import type { FeatureMap } from "../../src/analysis/feature-map.ts";
import type { ProxyProfiles } from "../../src/analysis/specificity.ts";
import type { DictionaryDetails, RunDetails } from "../../src/server/api.ts";
import { type DictionaryData, loadDictionary } from "./dictionary-data.ts";
import { fetchJson } from "./fetch-data.ts";
import { type MapPoints, readMapPoints } from "./map-points.ts";
import { loadProfiles } from "./specificity-data.ts";

/** What the page of a map shows. */
export interface MapData {
  readonly details: DictionaryDetails;
  /** Undefined until it was computed. */
  readonly drawn: DrawnMap | undefined;
}

/** A map with what is known of its features. */
export interface DrawnMap {
  readonly map: FeatureMap;
  readonly points: MapPoints;
  /** Of each dictionary of the map; undefined where it is not served, or has no table. */
  readonly sources: readonly { readonly id: string | undefined; readonly data: DictionaryData | undefined }[];
  readonly proxies: readonly ProxyProfiles[];
}

/** Loads the map of a dictionary, with the tables of all dictionaries on it. */
export async function loadMap(dictionary: string, signal: AbortSignal): Promise<MapData> {
  const details = await fetchJson<DictionaryDetails>(`/api/d/${dictionary}`, signal);
  if (!details.analyses.includes("map")) return { details, drawn: undefined };
  const [map, run, profiles] = await Promise.all([
    fetchJson<FeatureMap>(`/api/d/${dictionary}/analyses/map`, signal),
    fetchJson<RunDetails>(`/api/runs/${details.run}`, signal),
    loadProfiles(dictionary),
  ]);
  const sources = await Promise.all(
    map.dictionaries.map(async ({ name }) => {
      const id = run.dictionaries.find((known) => known.name === name)?.id;
      const data = id === undefined ? undefined : await loadDictionary(id, signal).catch(() => undefined);
      return { id, data };
    }),
  );
  const proxies = profiles.filter(({ features }) => features.length > 0);
  return { details, drawn: { map, points: readMapPoints(map), sources, proxies } };
}
