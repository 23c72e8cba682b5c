import type { Dictionary } from "../autoencoder/dictionary.ts";
import { directPath, listUsedTokens, measureLogitWeights } from "../features/logit-weights.ts";
import { type CodeScan, createCodeScan } from "../features/scan-codes.ts";
import { nextTokenIdAt, type SearchedText } from "../features/searched-text.ts";
import type { SiteName } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import type { TokenStream } from "../text/contexts.ts";
import { correlatePairs, type PairedText, type WritingSide } from "./correlate-pairs.ts";
import { mapShare } from "./map-share.ts";
import { type BestMatches, matchActivations } from "./match-activations.ts";
import type { SideMatches } from "./match-summary.ts";

/** One side of a comparison. */
export interface ComparedDictionary {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly site: SiteName;
}

/** Two dictionaries, of one model or of two with the same tokenizer and context length, and the text to compare them on. */
export interface UniversalityOptions {
  readonly left: ComparedDictionary;
  readonly right: ComparedDictionary;
  readonly stream: TokenStream;
  readonly contexts: Int32Array;
  /** How often each token occurs in the corpus [V]: tokens that never do are left out of logit weights. */
  readonly tokenCounts: Float64Array;
  /** Contexts per pass of a model. */
  readonly batch: number;
  readonly signal?: AbortSignal | undefined;
}

/** What two dictionaries share. */
export interface Universality {
  readonly tokens: number;
  readonly left: SideMatches;
  readonly right: SideMatches;
}

/** Codes of each side kept between passes; what does not fit is computed again. */
const CODE_BYTES = 2 ** 29;

/**
 * For every feature the best match in the other dictionary, both ways: by activation over the same tokens, and how alike the pair's logit
 * weights and attributions are (paper, §universality). Yields the share that is done.
 */
export async function* measureUniversality(options: UniversalityOptions): AsyncGenerator<number, Universality> {
  const { left, right, stream, contexts } = options;
  const sides = [openSide(options, left), openSide(options, right)] as const;
  try {
    const matches = yield* mapShare(matchActivations(...sides), (share) => share / 2);
    const contextLength = left.model.config.contextLength;
    const text = createPairedText(options, { stream, contexts, contextLength, window: 0 });
    const hasPath = [left, right].every(({ model, site }) => directPath(model, site) !== null);
    const written = async function* (ways: readonly [WritingSide, WritingSide], { best }: BestMatches, from: number) {
      if (!hasPath) return null;
      return yield* mapShare(correlatePairs(...ways, best, text), (share) => from + share / 4);
    };
    return {
      tokens: contexts.length * contextLength,
      left: { ...matches.left, written: yield* written(sides, matches.left, 0.5) },
      right: { ...matches.right, written: yield* written([sides[1], sides[0]], matches.right, 0.75) },
    };
  } finally {
    for (const { scan } of sides) scan.release();
  }
}

function openSide(options: UniversalityOptions, { model, dictionary, site }: ComparedDictionary): WritingSide {
  const { stream, contexts, batch, signal } = options;
  const scan: CodeScan = createCodeScan({
    ...{ model, dictionary, site, stream, contexts, batch, signal },
    memory: CODE_BYTES,
  });
  const { kernels } = model;
  return {
    scan,
    features: dictionary.features,
    logitWeights: async (features) => {
      const directions = kernels.create([features.length, dictionary.width]);
      const chosen = kernels.upload(features, [features.length]);
      kernels.gatherRows(directions, dictionary.directions, chosen);
      // Correlations do not depend on the constant layer-norm scale.
      const weights = await measureLogitWeights(model, directPath(model, site)!, directions, 1);
      kernels.release(directions);
      kernels.release(chosen);
      return weights;
    },
  };
}

function createPairedText({ tokenCounts }: UniversalityOptions, text: SearchedText): PairedText {
  const T = text.contextLength;
  return {
    vocabularySize: tokenCounts.length,
    tokensInUse: listUsedTokens(tokenCounts),
    nextToken: ({ firstContext }, row) => nextTokenIdAt(text, firstContext * T + row),
  };
}
