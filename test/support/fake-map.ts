import { chooseSettings, type FeatureMap } from "../../src/analysis/feature-map.ts";

/** A map of a dictionary whose features lie on a square grid, in clusters of nine but for the last tenth, with nothing left out but two. */
export function createFakeMap(features: number): FeatureMap {
  const all = Array.from({ length: features }, (_, feature) => feature);
  const side = Math.ceil(Math.sqrt(features));
  const clustered = Math.floor((0.9 * features) / 9) * 9;
  return {
    dictionaries: [{ name: "main", dictionarySha256: "0".repeat(64), features: features + 3, dead: 2, ultralow: 1 }],
    directions: "decoder",
    settings: chooseSettings(1, 1),
    dictionary: all.map(() => 0),
    feature: all,
    x: all.map((feature) => feature % side),
    y: all.map((feature) => Math.floor(feature / side)),
    cluster: all.map((feature) => (feature < clustered ? Math.floor(feature / 9) : -1)),
    density: all.map((feature) => 10 ** -(1 + (feature % 4))),
    order: all.toReversed(),
    medoids: Array.from({ length: clustered / 9 }, (_, cluster) => 9 * cluster + 4),
  };
}
