import { describeBlock, featuresPerBlock } from "./describe-block.ts";
import { createFeatureTable, type FeatureTable, writeFeatureLine } from "./feature-table.ts";
import { directPath, measureLayerNormScale } from "./logit-weights.ts";
import { createNearestFeatures } from "./nearest-features.ts";
import {
  type Build,
  type BuildFeatureRecordsEvent,
  type BuildFeatureRecordsOptions,
  isLeftOut,
  openBuild,
} from "./open-build.ts";
import { type Search, searchText } from "./search-text.ts";

const SCALE_CONTEXTS = 256;

/** What all records have in common, and the table of them. */
export interface FeatureSummary {
  readonly tokens: number;
  readonly contexts: number;
  readonly window: number;
  /** The constant in place of the final layer norm's deviation; null where the site has no direct path to the logits. */
  readonly layerNormScale: number | null;
  /** Tokens over which activations were correlated; 0 where that was left out. */
  readonly correlationTokens: number;
  /** How effects were computed: from the last layer norm on, or by the rest of the model from the site on. */
  readonly ablation: "direct" | "rerun";
  readonly table: FeatureTable;
}

/**
 * Describes every feature of a dictionary from held-out text: maxima, top examples and random firings in a first pass over
 * its codes, histograms and further candidates for examples in a second, the examples' windows in a third; then features
 * block by block: correlations, neighbours, logit weights and the effects of ablation. Memory is bounded by the options and
 * the number of features, not by the text.
 */
export async function* buildFeatureRecords(
  options: BuildFeatureRecordsOptions,
): AsyncGenerator<BuildFeatureRecordsEvent, FeatureSummary> {
  const build = openBuild(options);
  const search = yield* searchText(build);
  if (build.ablation === "direct") build.scan.release();
  const summary = yield* describeFeatures(build, search);
  build.scan.release();
  yield { kind: "progress", phase: "records", contexts: summary.contexts, ofContexts: summary.contexts };
  return summary;
}

async function* describeFeatures(
  build: Build,
  search: Search,
): AsyncGenerator<BuildFeatureRecordsEvent, FeatureSummary> {
  const { options, text, ablation } = build;
  const { features } = options.dictionary;
  const table = createFeatureTable(features);
  const layerNormScale = await measureScale(build);
  const nearest = createNearestFeatures(options.model.kernels, options.dictionary);
  const size = options.block ?? featuresPerBlock(options.model, options.dictionary);
  for (let first = 0; first < features; first += size) {
    const block = { first, n: Math.min(size, features - first), blocks: Math.ceil(features / size) };
    for await (const event of describeBlock(build, search, { ...block, nearest, layerNormScale })) {
      if (event.kind === "record") writeFeatureLine(table, event.record);
      yield event;
    }
  }
  nearest.release();
  const contexts = text.contexts.length;
  const correlationTokens = isLeftOut(options, "correlations") ? 0 : search.sample.rowStarts.length - 1;
  const tokens = contexts * text.contextLength;
  return { tokens, contexts, window: text.window, layerNormScale, correlationTokens, ablation, table };
}

/** Measured on at most 256 contexts spread evenly over the searched ones, where it has long converged. */
async function measureScale({ options, text, batch }: Build): Promise<number | null> {
  const { model, site, stream } = options;
  if (directPath(model, site) === null) return null;
  const { contexts } = text;
  const count = Math.min(SCALE_CONTEXTS, contexts.length);
  const chosen = Int32Array.from({ length: count }, (_, i) => contexts[Math.floor((i * contexts.length) / count)]!);
  return measureLayerNormScale(model, stream, chosen, batch);
}
