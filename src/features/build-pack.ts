import type { Dictionary } from "../autoencoder/dictionary.ts";
import { parseSite, type SiteName } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { UserError } from "../numerics/user-error.ts";
import { countContexts, createContextSampler, type TokenStream } from "../text/contexts.ts";
import { type Activity, addActivity, createActivity } from "./activity.ts";
import {
  type ChosenExamples,
  chooseExamples,
  fillWindows,
  listGroups,
  orderByToken,
  type SearchedText,
} from "./choose-examples.ts";
import { type CandidateCollector, createCandidateCollector } from "./collect-candidates.ts";
import { type FeatureRecord, HISTOGRAM_BINS, type LogitWeights } from "./feature-record.ts";
import { createFeatureTable, type FeatureTable, writeFeatureLine } from "./feature-table.ts";
import { directPath, measureLayerNormScale, measureLogitWeights, summariseLogits } from "./logit-weights.ts";
import { alignWithNeurons } from "./neuron-alignment.ts";
import { type CodeScan, createCodeScan } from "./scan-codes.ts";

// Dimensions: T context length, V vocabulary.

const PASSES = 3;
const SCALE_CONTEXTS = 256;
const LOGITS_PER_CHUNK = 2 ** 21;
const CODES_MEMORY = 2 ** 28;

/** What describing the features of a dictionary needs. */
export interface BuildFeatureRecordsOptions {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly site: SiteName;
  /** Held-out text. */
  readonly stream: TokenStream;
  /** Contexts of the stream to search, drawn at random; all of them where there are fewer. */
  readonly contexts: number;
  readonly seed: number;
  /** How often each token occurs in the text the model learned from and in the held-out text. */
  readonly tokenCounts: ArrayLike<number>; // [V]
  /** Tokens shown on each side of an example's centre. */
  readonly window?: number;
  /** Contexts per forward pass. */
  readonly batch?: number;
  /** Bytes of codes kept between the passes over the text; where they do not fit, the rest is computed again. */
  readonly codesMemory?: number;
  readonly signal?: AbortSignal;
}

/** How far the search is, then one record a feature in order. */
export type BuildFeatureRecordsEvent =
  | { readonly kind: "progress"; readonly contexts: number; readonly ofContexts: number }
  | { readonly kind: "record"; readonly record: FeatureRecord };

/** What all records have in common, and the table of them. */
export interface FeatureSummary {
  readonly tokens: number;
  readonly contexts: number;
  readonly window: number;
  /** The constant in place of the final layer norm's deviation; null where the site has no direct path to the logits. */
  readonly layerNormScale: number | null;
  /** Tokens over which activations were correlated. */
  readonly correlationTokens: number;
  /** How effects were computed: from the last layer norm on, or by the rest of the model from the site on. */
  readonly ablation: "direct" | "rerun";
  readonly table: FeatureTable;
}

/**
 * Describes every feature of a dictionary from held-out text: moments and maxima in a first pass, histograms and candidates
 * for examples in a second, the examples' windows in a third. Memory is bounded by the options, not by the text.
 */
export async function* buildFeatureRecords(
  options: BuildFeatureRecordsOptions,
): AsyncGenerator<BuildFeatureRecordsEvent, FeatureSummary> {
  const text = chooseText(options);
  const scan = createScan(options, text.contexts);
  const { features } = options.dictionary;
  const activity = createActivity(features);
  for await (const codes of readBatches(scan)) {
    addActivity(activity, codes);
    yield describeProgress(scan);
  }
  const collector = createCandidateCollector(activity.maxima, text.contexts.length, text.contextLength, options.seed);
  for await (const codes of readBatches(scan)) {
    collector.add(codes);
    yield describeProgress(scan);
  }
  const examples = chooseExamples(text, collector, activity.maxima);
  const order = orderByToken(examples);
  let next = 0;
  for await (const codes of readBatches(scan)) {
    next = fillWindows(examples, order, next, codes, text);
    yield describeProgress(scan);
  }
  scan.release();
  return yield* describeFeatures(options, text, { activity, collector, examples });
}

interface Found {
  readonly activity: Activity;
  readonly collector: CandidateCollector;
  readonly examples: ChosenExamples;
}

async function* describeFeatures(
  options: BuildFeatureRecordsOptions,
  text: SearchedText,
  { activity, collector, examples }: Found,
): AsyncGenerator<BuildFeatureRecordsEvent, FeatureSummary> {
  const { features } = options.dictionary;
  const table = createFeatureTable(features);
  const layerNormScale = await measureScale(options, text.contexts);
  for await (const { index, direction, logits } of describeDirections(options, layerNormScale)) {
    const groups = listGroups(text, examples, index);
    const bins = index * HISTOGRAM_BINS;
    const record: FeatureRecord = {
      index,
      firings: activity.firings[index]!,
      sum: activity.sums[index]!,
      sumOfSquares: activity.sumsOfSquares[index]!,
      sumOfCubes: activity.sumsOfCubes[index]!,
      sumOfFourths: activity.sumsOfFourths[index]!,
      maximum: activity.maxima[index]!,
      window: text.window,
      histogram: collector.histograms.slice(bins, bins + HISTOGRAM_BINS),
      groups,
      logits,
      neurons: alignWithNeurons(direction),
      correlatedNeurons: [],
      correlatedFeatures: [],
      nearestFeatures: [],
      direction: { topShare: 0, nextShare: 0, kurtosis: 0 },
      ablation: null,
    };
    writeFeatureLine(table, record);
    yield { kind: "record", record };
  }
  const contexts = text.contexts.length;
  return {
    tokens: contexts * text.contextLength,
    contexts,
    window: text.window,
    layerNormScale,
    correlationTokens: 0,
    ablation: "direct",
    table,
  };
}

interface DirectionFigures {
  readonly index: number;
  readonly direction: Float32Array;
  readonly logits: LogitWeights | null;
}

/** What a feature's direction alone says, feature by feature; logits exist for a chunk of features at a time. */
async function* describeDirections(
  { model, dictionary, site, tokenCounts, signal }: BuildFeatureRecordsOptions,
  scale: number | null,
): AsyncGenerator<DirectionFigures> {
  const { kernels } = model;
  const { features, width, directions } = dictionary;
  const V = model.config.vocabularySize;
  const path = directPath(model, site);
  const inUse = Int32Array.from(Array(V).keys()).filter((token) => tokenCounts[token]! > 0);
  const chunk = Math.max(1, Math.floor(LOGITS_PER_CHUNK / V));
  for (let first = 0; first < features; first += chunk) {
    signal?.throwIfAborted();
    const rows = kernels.rows(directions, first, Math.min(chunk, features - first));
    const values = await kernels.read(rows);
    const weights = path === null || scale === null ? null : await measureLogitWeights(model, path, rows, scale);
    for (let i = 0; i < rows.shape[0]!; i++) {
      const direction = values.subarray(i * width, (i + 1) * width);
      const logits = weights && summariseLogits(weights.subarray(i * V, (i + 1) * V), inUse);
      yield { index: first + i, direction, logits };
    }
  }
}

/** Measured on at most 256 contexts spread evenly over the searched ones, where it has long converged. */
async function measureScale(
  { model, site, stream, batch }: BuildFeatureRecordsOptions,
  contexts: Int32Array,
): Promise<number | null> {
  if (directPath(model, site) === null) return null;
  const count = Math.min(SCALE_CONTEXTS, contexts.length);
  const chosen = Int32Array.from({ length: count }, (_, i) => contexts[Math.floor((i * contexts.length) / count)]!);
  return measureLayerNormScale(model, stream, chosen, batch ?? 32);
}

function chooseText(options: BuildFeatureRecordsOptions): SearchedText {
  const { model, dictionary, site, stream, seed, window = 4 } = options;
  const T = model.config.contextLength;
  const { width } = parseSite(site, model.config);
  if (dictionary.width !== width) {
    throw new UserError(
      `The dictionary reads vectors of width ${dictionary.width}, but ${site} of this model is ${width} wide: describe it on the model it was trained on.`,
    );
  }
  const available = countContexts(stream, T);
  const count = Math.min(options.contexts, available);
  if (count < 1) {
    throw new UserError(
      `The held-out text holds ${available} contexts of ${T} tokens, features need 1 or more: hold out more text.`,
    );
  }
  const sampler = createContextSampler({ count: available, seed });
  const contexts = Int32Array.from({ length: count }, (_, i) => sampler.contextAt(i)).sort();
  return { stream, contexts, contextLength: T, window };
}

function createScan(options: BuildFeatureRecordsOptions, contexts: Int32Array): CodeScan {
  const { model, dictionary, site, stream, batch = 32, codesMemory = CODES_MEMORY, signal } = options;
  return createCodeScan({
    model,
    dictionary,
    site,
    stream,
    contexts,
    passes: PASSES,
    batch,
    memory: codesMemory,
    signal,
  });
}

async function* readBatches(scan: CodeScan) {
  for (let index = 0; index < scan.batches; index++) yield await scan.batch(index);
}

function describeProgress(scan: CodeScan): BuildFeatureRecordsEvent {
  const { done, total } = scan.progress();
  return { kind: "progress", contexts: done, ofContexts: total };
}
