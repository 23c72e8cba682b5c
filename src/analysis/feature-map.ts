/** One dictionary on a map. */
export interface MappedDictionary {
  readonly name: string;
  readonly dictionarySha256: string;
  readonly features: number;
  /** Features left out: those that never fired on the pack's text, and those that did so on too few tokens to be on the paper's map. */
  readonly dead: number;
  readonly ultralow: number;
}

/** Features in two dimensions, near one another where their directions are (paper, §phenomenology); column by column, a point a feature. */
export interface FeatureMap {
  readonly dictionaries: readonly MappedDictionary[];
  /** The directions: rows of the decoder, or what neurons write to the residual stream. */
  readonly directions: "decoder" | "output weights";
  readonly settings: MapSettings;
  /** Index of the point's dictionary. */
  readonly dictionary: readonly number[];
  readonly feature: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Numbered from the largest cluster on; -1 for a point in none. */
  readonly cluster: readonly number[];
  /** Share of the pack's tokens on which the feature fires. */
  readonly density: readonly number[];
  /** The points in an order in which neighbours are alike. */
  readonly order: readonly number[];
  /** Of each cluster, the point with the largest mean cosine with the others. */
  readonly medoids: readonly number[];
}

/** How a map was made; the values are those of the paper where it names them. */
export interface MapSettings {
  readonly seed: number;
  /** Neighbours of each point, itself included. */
  readonly neighbours: number;
  readonly metric: "cosine";
  readonly minDistance: number;
  readonly clusterDimensions: number;
  readonly clusterMinDistance: number;
  readonly smallestCluster: number;
}

const DENSE_MAP = 3;

/** The paper's settings: points may come closer where there are three dictionaries. */
export function chooseSettings(dictionaries: number, seed: number): MapSettings {
  return {
    seed,
    neighbours: 15,
    metric: "cosine",
    minDistance: dictionaries >= DENSE_MAP ? 0.01 : 0.05,
    clusterDimensions: 10,
    clusterMinDistance: 0.1,
    smallestCluster: 3,
  };
}
