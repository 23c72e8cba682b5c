import type { Dictionary } from "../autoencoder/dictionary.ts";
import { uploadDictionary } from "../autoencoder/fold-weights.ts";
import { createNeuronDictionary } from "../autoencoder/neuron-dictionary.ts";
import { parseDictionary } from "../autoencoder/parse-dictionary.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { uploadParameters } from "../model/parameters.ts";
import { parseModelConfig } from "../model/parse-model-config.ts";
import { parseSite, type SiteName } from "../model/sites.ts";
import { createTransformer, type Transformer } from "../model/transformer.ts";
import { createTokenizer, type Tokenizer } from "../text/tokenizer.ts";
import { parseTokenizerJson } from "../text/tokenizer-json.ts";

/** What requests are answered about. */
export interface LiveSubject {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly tokenizer: Tokenizer;
  /** The site that the dictionary was learned at. */
  readonly site: SiteName;
  /** The constant in place of the final layer norm's deviation in logit weights; null: that of the text asked about. */
  readonly layerNormScale: number | null;
  /** The ids over which the median of logit weights is 0, ascending. */
  readonly tokensInUse: Int32Array;
}

/** Named arrays with the metadata of their file. */
interface TensorFile {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: ArrayBufferView }>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The files of a subject, read: the same in the page and on the server. */
export interface LiveFiles {
  /** Parsed content of `model/config.json`. */
  readonly modelConfig: Readonly<Record<string, unknown>>;
  /** `model/model.safetensors`. */
  readonly model: TensorFile;
  /** Parsed content of `corpus/tokenizer.json`. */
  readonly tokenizer: unknown;
  readonly site: string;
  /** `weights.safetensors` of the dictionary; "neurons" for the neurons as features. */
  readonly dictionary: TensorFile | "neurons";
  /** As the header of the feature pack states it; null without one. */
  readonly layerNormScale: number | null;
  /** As the header of the feature pack states them; none without one. */
  readonly unusedTokens: readonly number[];
}

/** Puts a subject on the device; a `UserError` where the files are damaged or do not fit one another. */
export function createLiveSubject(kernels: Kernels, files: LiveFiles): LiveSubject {
  const config = parseModelConfig(files.modelConfig, "the model's config");
  const arrays = new Map(
    [...files.model.tensors].map(([name, { shape, data }]) => [name, { shape, data: data as Float32Array }]),
  );
  const { name: site, width } = parseSite(files.site, config);
  return {
    model: createTransformer(kernels, config, uploadParameters(kernels, config, arrays)),
    dictionary:
      files.dictionary === "neurons"
        ? createNeuronDictionary(kernels, width)
        : uploadDictionary(kernels, parseDictionary(files.dictionary, "the dictionary's weights", width)),
    tokenizer: createTokenizer(parseTokenizerJson(files.tokenizer, "the tokenizer")),
    site,
    layerNormScale: files.layerNormScale,
    tokensInUse: listTokensInUse(config.vocabularySize, files.unusedTokens),
  };
}

/** The other ids of a vocabulary, ascending. */
export function listTokensInUse(vocabularySize: number, unused: readonly number[]): Int32Array {
  const left = new Set(unused);
  return Int32Array.from(Array(vocabularySize).keys()).filter((token) => !left.has(token));
}
