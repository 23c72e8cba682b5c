import { directPath, measureLayerNormScale, measureLogitWeights } from "../../features/logit-weights.ts";
import { raiseTokens } from "./raise-tokens.ts";
import type { MeasureAutomataOptions } from "./search.ts";
import type { TokenSurvey } from "./survey-tokens.ts";
import type { Writer } from "./written-edges.ts";

/** What the living features write, in their order. */
export interface Writing {
  readonly layerNormScale: number;
  readonly writers: readonly Writer[];
}

/** Contexts over which the layer norm's scale is averaged, where it has long converged. */
const SCALE_CONTEXTS = 256;
/** Logit weights held at once: 8 MB. */
const ENTRIES = 2 ** 21;

/** The tokens that each living feature raises with its mean activation. */
export async function measureWriters(
  options: Pick<
    MeasureAutomataOptions,
    "model" | "dictionary" | "site" | "stream" | "contexts" | "tokenCounts" | "batch"
  >,
  { activity }: Pick<TokenSurvey, "activity">,
  isAlive: Uint8Array,
): Promise<Writing> {
  const { model, dictionary, site, stream, contexts, tokenCounts, batch } = options;
  const { kernels, config } = model;
  const V = config.vocabularySize;
  const scaled = contexts.filter((_, i) => i % Math.ceil(contexts.length / SCALE_CONTEXTS) === 0);
  const layerNormScale = await measureLayerNormScale(model, stream, scaled, batch);
  const total = tokenCounts.reduce((sum, count) => sum + count, 0);
  const probabilities = tokenCounts.map((count) => count / total);
  const writers: Writer[] = [];
  const size = Math.max(1, Math.floor(ENTRIES / V));
  for (let first = 0; first < dictionary.features; first += size) {
    const n = Math.min(size, dictionary.features - first);
    const rows = kernels.rows(dictionary.directions, first, n);
    const weights = await measureLogitWeights(model, directPath(model, site)!, rows, layerNormScale);
    for (let i = 0; i < n; i++) {
      const feature = first + i;
      if (isAlive[feature] === 0) continue;
      const activation = activity.sums[feature]! / activity.firings[feature]!;
      writers.push({ feature, raised: raiseTokens(weights.subarray(i * V, (i + 1) * V), probabilities, activation) });
    }
  }
  return { layerNormScale, writers };
}
