import type { Dictionary } from "../autoencoder/dictionary.ts";
import { hashArray } from "../store/hash-array.ts";
import { TOOL_VERSION } from "../store/tool-version.ts";
import type { TokenStream } from "../text/contexts.ts";
import type { StageContext } from "./stage.ts";

/** What the result of an analysis was computed from, at the head of its file. */
export interface AnalysisSource {
  readonly formatVersion: 1;
  readonly dictionary: string;
  readonly site: string;
  readonly dictionarySha256: string;
  readonly tokensSha256: string;
  readonly toolVersion: string;
}

/** The head of the file of an analysis of a dictionary on held-out text. */
export async function describeSource(
  { kernels, dictionaryName, experiment }: StageContext,
  dictionary: Dictionary,
  stream: TokenStream,
): Promise<AnalysisSource> {
  return {
    formatVersion: 1,
    dictionary: dictionaryName,
    site: experiment.dictionary.site,
    dictionarySha256: hashArray(await kernels.read(dictionary.directions)),
    tokensSha256: hashArray(stream.tokens),
    toolVersion: TOOL_VERSION,
  };
}
