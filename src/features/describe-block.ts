import type { Dictionary } from "../autoencoder/dictionary.ts";
import type { Transformer } from "../model/transformer.ts";
import { ablateByRerun } from "./ablate-by-rerun.ts";
import { ablateDirectly } from "./ablate-directly.ts";
import { type AblationPoints, effectAt, listAblationPoints } from "./ablation-points.ts";
import { joinParts, splitParts } from "./build-scratch.ts";
import { listGroups } from "./choose-examples.ts";
import { createFeatureCorrelator, type FeatureCorrelator } from "./correlate-features.ts";
import { correlateNeurons, type NeuronCorrelator } from "./correlate-neurons.ts";
import {
  type FeatureRecord,
  HISTOGRAM_BINS,
  type LeavablePart,
  type LogitWeights,
  parseFeatureRecord,
  renderFeatureRecord,
} from "./feature-record.ts";
import { directPath, listUsedTokens, measureLogitWeights, summariseLogits } from "./logit-weights.ts";
import { averageEffects } from "./mean-effect.ts";
import type { NearestFeatures } from "./nearest-features.ts";
import { alignWithNeurons } from "./neuron-alignment.ts";
import { advance, type Build, type BuildFeatureRecordsEvent, isLeftOut } from "./open-build.ts";
import type { Search } from "./search-text.ts";

// Dimensions: n features of a block, V vocabulary.

const LOGITS_PER_BLOCK = 2 ** 25;
const PRODUCTS_PER_BLOCK = 2 ** 23;
const LOGITS_PER_CHUNK = 2 ** 21;
/** Contexts that a feature's points lie in when they take a pass each: its examples and its random firings. */
const RERUNS = 190;

/** Features of which memory holds the logit weights and the products with all neurons at once: 134 and 100 MB. */
export function featuresPerBlock({ config }: Transformer, { features, width }: Dictionary): number {
  const fitting = Math.min(LOGITS_PER_BLOCK / config.vocabularySize, PRODUCTS_PER_BLOCK / width);
  return Math.max(1, Math.min(features, Math.floor(fitting)));
}

/** Which features a block holds, and what all blocks share. */
export interface BlockOptions {
  readonly first: number;
  readonly n: number;
  /** How many blocks there are. */
  readonly blocks: number;
  readonly nearest: NearestFeatures;
  readonly layerNormScale: number | null;
}

/** Describes a block of features once the text was searched; one record a feature in order. */
export async function* describeBlock(
  build: Build,
  search: Search,
  block: BlockOptions,
): AsyncGenerator<BuildFeatureRecordsEvent> {
  const { first, n } = block;
  const { scratch, dictionary } = build.options;
  const saved = scratch?.get(`records-${first}`);
  if (saved !== undefined) {
    yield* repeatRecords(build, block, splitParts(saved));
    return;
  }
  const omits = (part: LeavablePart) => isLeftOut(build.options, part);
  const correlators = omits("correlations") ? NO_CORRELATIONS : yield* correlateBlock(build, search, block);
  const points = omits("effects") ? null : yield* ablateBlock(build, search, block);
  const nearest = await block.nearest.find(first, n);
  const rendered: Uint8Array[] = [];
  for await (const { index, direction, logits } of describeDirections(build, block)) {
    const found: Found = {
      ...alignWithNeurons(direction),
      logits,
      correlatedNeurons: correlators.neurons(index),
      correlatedFeatures: correlators.features(index),
      nearestFeatures: nearest[index - first]!,
    };
    const record = describeFeature(build, search, points, index, found);
    if (n < dictionary.features) rendered.push(renderFeatureRecord(record));
    yield { kind: "record", record };
    yield advance(build, "records", 1 / dictionary.features);
  }
  if (n < dictionary.features) scratch?.put(`records-${first}`, joinParts(rendered));
}

/** The records of a block that an interrupted build described: their bytes give the same bytes again. */
function* repeatRecords(
  build: Build,
  { n, blocks }: BlockOptions,
  rendered: readonly Uint8Array[],
): Generator<BuildFeatureRecordsEvent> {
  for (const bytes of rendered) yield { kind: "record", record: parseFeatureRecord(bytes) };
  for (const phase of ["neurons", "effects"] as const) yield advance(build, phase, 1 / blocks);
  yield advance(build, "records", n / build.options.dictionary.features);
}

type Found = Pick<
  FeatureRecord,
  "neurons" | "direction" | "logits" | "correlatedNeurons" | "correlatedFeatures" | "nearestFeatures"
>;

function describeFeature(
  { text }: Build,
  { firings, histograms, examples }: Search,
  points: AblationPoints | null,
  index: number,
  found: Found,
): FeatureRecord {
  const { activity } = firings;
  const effectOn = points && ((token: number) => effectAt(points, index, token));
  return {
    index,
    firings: activity.firings[index]!,
    sum: activity.sums[index]!,
    sumOfSquares: activity.sumsOfSquares[index]!,
    sumOfCubes: activity.sumsOfCubes[index]!,
    sumOfFourths: activity.sumsOfFourths[index]!,
    maximum: activity.maxima[index]!,
    window: text.window,
    histogram: histograms.slice(index * HISTOGRAM_BINS, (index + 1) * HISTOGRAM_BINS),
    groups: listGroups(text, examples, index, effectOn),
    ablation: effectOn && averageEffects(Array.from(firings.random(index).tokens, effectOn)),
    ...found,
  };
}

interface Correlators {
  readonly neurons: NeuronCorrelator;
  readonly features: FeatureCorrelator;
}

const NO_CORRELATIONS: Correlators = { neurons: () => [], features: () => [] };

async function* correlateBlock(
  build: Build,
  { sample, sums }: Search,
  { first, n, blocks }: BlockOptions,
): AsyncGenerator<BuildFeatureRecordsEvent, Correlators> {
  const { options, text, meter } = build;
  const { model, site, signal } = options;
  const contexts = sample.contexts.length;
  if (first === 0) meter.expect("neurons", 0.5 * contexts * blocks);
  const correlating = correlateNeurons({ model, site, text, sample, sums, signal }, first, n);
  for (;;) {
    const next = await correlating.next();
    if (next.done === true) return { neurons: next.value, features: createFeatureCorrelator(sample, sums) };
    yield advance(build, "neurons", next.value / contexts / blocks);
  }
}

async function* ablateBlock(
  build: Build,
  { firings, examples }: Search,
  { first, n, blocks }: BlockOptions,
): AsyncGenerator<BuildFeatureRecordsEvent, AblationPoints> {
  const { options, text, meter, ablation, batch, scan } = build;
  const { model, site, signal, dictionary, scratch } = options;
  const contexts = text.contexts.length;
  const work = ablation === "direct" ? 1.2 * contexts * blocks : RERUNS * dictionary.features;
  if (first === 0) meter.expect("effects", work);
  const choice = ablation === "direct" ? "active" : "all";
  const points = listAblationPoints(text, firings, examples, choice, first, n);
  const saved = scratch?.get(`effects-${first}`);
  if (saved !== undefined) {
    points.effects.set(new Float32Array(saved.slice().buffer));
    yield advance(build, "effects", 1 / blocks);
    return points;
  }
  const ablate = { model, site, text, batch, signal };
  const measuring =
    ablation === "direct"
      ? ablateDirectly(ablate, model.kernels.rows(dictionary.directions, first, n), points)
      : ablateByRerun(ablate, dictionary, scan, points);
  for await (const done of measuring) {
    yield advance(build, "effects", done / contexts / blocks);
  }
  scratch?.put(`effects-${first}`, new Uint8Array(points.effects.buffer));
  return points;
}

interface DirectionFigures {
  readonly index: number;
  readonly direction: Float32Array;
  readonly logits: LogitWeights | null;
}

/** What a feature's direction alone says, feature by feature; logits exist for a chunk of features at a time. */
async function* describeDirections(
  { options }: Build,
  { first, n, layerNormScale }: BlockOptions,
): AsyncGenerator<DirectionFigures> {
  const { model, dictionary, site, tokenCounts, signal } = options;
  const { kernels } = model;
  const { width, directions } = dictionary;
  const V = model.config.vocabularySize;
  const path = directPath(model, site);
  const inUse = listUsedTokens(tokenCounts);
  const chunk = Math.max(1, Math.floor(LOGITS_PER_CHUNK / V));
  for (let start = first; start < first + n; start += chunk) {
    signal?.throwIfAborted();
    const rows = kernels.rows(directions, start, Math.min(chunk, first + n - start));
    const values = await kernels.read(rows);
    const weights =
      path === null || layerNormScale === null ? null : await measureLogitWeights(model, path, rows, layerNormScale);
    for (let i = 0; i < rows.shape[0]!; i++) {
      const direction = values.subarray(i * width, (i + 1) * width);
      const logits = weights && summariseLogits(weights.subarray(i * V, (i + 1) * V), inUse);
      yield { index: start + i, direction, logits };
    }
  }
}
