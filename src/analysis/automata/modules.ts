/** A place of text with how many features of a module fire on each token. */
export interface ModuleExample {
  /** Where the first token shown stands: its context, and its place in it. */
  readonly context: number;
  readonly position: number;
  readonly document: number;
  readonly tokens: readonly number[];
  readonly active: readonly number[];
}

/** Features that fire together. */
export interface Module {
  readonly size: number;
  /** Those with the largest share of the module's links, at most 24. */
  readonly features: readonly number[];
  /** Share of the tokens on which two or more of its features fire. */
  readonly density: number;
  /** Share of the weight of its features' links that stays within. */
  readonly inside: number;
  /** Of the rest, the modules with the largest shares. */
  readonly links: readonly { readonly module: number; readonly share: number }[];
  /** The tokens that tell it from the others: how often two or more of its features fire on each, and the share of its occurrences. */
  readonly tokens: readonly { readonly token: number; readonly count: number; readonly share: number }[];
  readonly examples: readonly ModuleExample[];
}

/** The communities of the graph of features that fire together. */
export interface Modules {
  /** Features with a link, and links: each feature's ten largest correlations of activation. */
  readonly features: number;
  readonly links: number;
  /** Tokens over which activations were correlated. */
  readonly correlationTokens: number;
  /** Newman's modularity of the partition. */
  readonly modularity: number;
  /** The same of graphs with as many links at every feature between partners drawn at random, one a draw. */
  readonly chance: readonly number[];
  /** Modules of two features or more, also those that are not listed. */
  readonly count: number;
  /** The largest first; a module is named by its place. */
  readonly list: readonly Module[];
}
