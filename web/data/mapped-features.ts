import type { FeatureMap } from "../../src/analysis/feature-map.ts";
import type { Annotation } from "../../src/server/api.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import { findTopTokens, orderFeatures } from "./feature-order.ts";
import type { MapPoints } from "./map-points.ts";

/** What is known of one dictionary of a map. */
export interface MappedSource {
  /** Undefined where it is not served. */
  readonly id: string | undefined;
  readonly data: DictionaryData | undefined;
  readonly annotations: ReadonlyMap<number, Annotation>;
}

/** What a point of the map is about. */
export interface MappedFeature {
  readonly name: string;
  readonly address: string | undefined;
  /** -1 for none. */
  readonly cluster: number;
  readonly density: number;
  readonly label: string;
  readonly tokens: readonly string[];
}

/** The features behind the points of a map. */
export interface MappedFeatures {
  readonly describe: (point: number) => MappedFeature;
  /** What a search finds: a text in a token, a token raised or the label, or a feature's number. */
  readonly search: (text: string) => (point: number) => boolean;
}

/** Joins a map's points with what their dictionaries' tables say. */
export function createMappedFeatures(
  { dictionaries }: Pick<FeatureMap, "dictionaries">,
  points: MapPoints,
  sources: readonly MappedSource[],
): MappedFeatures {
  return {
    describe: (point) => {
      const [at, feature] = [points.dictionary[point]!, points.feature[point]!];
      const { id, data, annotations } = sources[at]!;
      return {
        name: dictionaries.length > 1 ? `${dictionaries[at]!.name} ${feature}` : String(feature),
        address: id && `/d/${id}/f/${feature}`,
        cluster: points.cluster[point]!,
        density: points.density[point]!,
        label: annotations.get(feature)?.label ?? "",
        tokens: data === undefined ? [] : findTopTokens(data.table, feature).map((token) => data.names.text(token)),
      };
    },
    search: (text) => {
      const found = sources.map(
        ({ data, annotations }) => new Set(data === undefined ? [] : searchAll(data, annotations, text)),
      );
      return (point) => found[points.dictionary[point]!]!.has(points.feature[point]!);
    },
  };
}

function searchAll(data: DictionaryData, annotations: MappedSource["annotations"], search: string): Uint32Array {
  const source = { ...data, tokens: data.pack.tokens, annotations };
  return orderFeatures(source, {
    sort: "index",
    ascending: true,
    filter: "all",
    facets: [],
    density: undefined,
    search,
  });
}
