import type { Dictionary } from "../../autoencoder/dictionary.ts";
import type { CodeScan } from "../../features/scan-codes.ts";
import type { SearchedText } from "../../features/searched-text.ts";
import type { SiteName } from "../../model/sites.ts";
import type { Transformer } from "../../model/transformer.ts";
import type { TokenStream } from "../../text/contexts.ts";
import type { TokenClass } from "./named-automata.ts";

/** What to look for automata in. */
export interface MeasureAutomataOptions {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly site: SiteName;
  /** Held-out text. */
  readonly stream: TokenStream;
  readonly contexts: Int32Array;
  /** How often each token occurs in the corpus [V]; their frequencies are what features raise. */
  readonly tokenCounts: Float64Array;
  /** Classes of tokens that the automata the paper names are made of. */
  readonly classes: readonly TokenClass[];
  readonly seed: number;
  /** Contexts per pass of the model. */
  readonly batch: number;
}

/** What all steps share. */
export interface Search {
  readonly options: MeasureAutomataOptions;
  readonly scan: CodeScan;
  readonly text: SearchedText;
  readonly tokenAt: (place: number) => number;
}
