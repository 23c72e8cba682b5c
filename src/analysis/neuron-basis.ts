import type { Dictionary } from "../autoencoder/dictionary.ts";
import { classifyDirection, type DirectionKind } from "../features/classify-direction.ts";
import { directPath, listUsedTokens, measureLogitWeights } from "../features/logit-weights.ts";
import { alignWithNeurons } from "../features/neuron-alignment.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { ULTRALOW_DENSITY } from "../metrics/feature-density.ts";
import type { SiteName } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { excessKurtosis } from "../numerics/excess-kurtosis.ts";
import { estimateMedian, type MedianEstimate } from "../numerics/median-interval.ts";
import { createRandomStream } from "../numerics/random.ts";
import { mapShare } from "./map-share.ts";
import { findReadSpace, measureNullShares, type ReadSpace } from "./null-space.ts";
import type { TopTokens } from "./top-tokens.ts";

// Dimensions: n directions, d width of the site, V vocabulary.

/** How far a dictionary's directions lie along neurons (Nanda's replication), and what it would be by chance. */
export interface NeuronBasis {
  readonly tokens: number;
  readonly width: number;
  /** Rank of the matrix by which the site writes; null where it writes without one. */
  readonly outputRank: number | null;
  /** Of random directions: the share of the squared norm in that matrix's null space. */
  readonly expectedNullShare: number | null;
  readonly lowestDensity: number;
  readonly all: BasisSummary;
  /** Without features that are dead or ultralow. */
  readonly live: BasisSummary;
  /** Random Gaussian directions of the same width, as many as there are features but 4,096 at most. */
  readonly baseline: BasisSummary;
  readonly features: BasisColumns;
  readonly baselineColumns: DirectionColumns;
}

/** Counts and medians over some directions. */
export interface BasisSummary {
  readonly directions: number;
  readonly kinds: Readonly<Record<DirectionKind, number>>;
  /** Excess kurtosis of the entries of a direction. */
  readonly kurtosis: MedianEstimate | null;
  readonly nullShare: MedianEstimate | null;
  /** Excess kurtosis of the logit weights over the tokens in use. */
  readonly logitKurtosis: MedianEstimate | null;
  /** Share of large firings on one token; null of the baseline, which does not fire. */
  readonly topTokenShare: MedianEstimate | null;
}

/** What each direction is by itself; columns of numbers that the site has not are empty. */
export interface DirectionColumns {
  readonly topShare: readonly number[];
  readonly nextShare: readonly number[];
  readonly kurtosis: readonly number[];
  readonly nullShare: readonly number[];
  readonly logitKurtosis: readonly number[];
}

/** The same of features, with what they fire on. */
export interface BasisColumns extends DirectionColumns {
  readonly topNeuron: readonly number[];
  readonly firings: readonly number[];
  readonly bigFirings: readonly number[];
  /** -1 for a feature that never fired. */
  readonly topToken: readonly number[];
  readonly onTopToken: readonly number[];
}

/** The subject, and what was counted of its firings. */
export interface NeuronBasisOptions {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly site: SiteName;
  /** How often each token occurs in the corpus [V]: tokens that never do are left out of logit weights. */
  readonly tokenCounts: Float64Array;
  readonly firing: TopTokens;
  /** Of the baseline's random directions. */
  readonly seed: number;
}

const BASELINE = 4096;
/** Logits held at once: 8 MB. */
const LOGITS = 2 ** 21;
const DIGITS = 6;

/** Measures every direction of a dictionary, and as many random ones. Yields the share that is done. */
export async function* measureNeuronBasis(options: NeuronBasisOptions): AsyncGenerator<number, NeuronBasis> {
  const { model, dictionary, site, firing, seed } = options;
  const { kernels } = model;
  const { features, width } = dictionary;
  const path = directPath(model, site);
  const space = path === null || path === "itself" ? null : findReadSpace(await kernels.read(path), width);
  const ruler: Ruler = { model, path, space, inUse: listUsedTokens(options.tokenCounts) };
  const count = Math.min(features, BASELINE);
  const part = count / (count + features);
  const random = kernels.upload(drawDirections(count, width, seed), [count, width]);
  const baselineColumns = yield* mapShare(measureDirections(ruler, random), (share) => share * part);
  kernels.release(random);
  const own = yield* mapShare(measureDirections(ruler, dictionary.directions), (share) => part + share * (1 - part));
  const columns: BasisColumns = { ...own, ...listFirings(firing) };
  const isLive = (feature: number) => firing.firings[feature]! >= Math.max(1, ULTRALOW_DENSITY * firing.tokens);
  const everyFeature = [...own.topShare.keys()];
  return {
    tokens: firing.tokens,
    width,
    outputRank: space?.rank ?? null,
    expectedNullShare: space && 1 - space.rank / width,
    lowestDensity: ULTRALOW_DENSITY,
    all: summarise(columns, everyFeature, firing),
    live: summarise(columns, everyFeature.filter(isLive), firing),
    baseline: summarise(baselineColumns, [...baselineColumns.topShare.keys()], null),
    features: roundColumns(columns),
    baselineColumns: roundColumns(baselineColumns),
  };
}

interface Ruler {
  readonly model: Transformer;
  readonly path: Tensor | "itself" | null;
  readonly space: ReadSpace | null;
  readonly inUse: Int32Array;
}

interface MeasuredColumns extends DirectionColumns {
  readonly topNeuron: readonly number[];
}

async function* measureDirections(ruler: Ruler, directions: Tensor): AsyncGenerator<number, MeasuredColumns> {
  const { kernels, config } = ruler.model;
  const [n = 0] = directions.shape;
  const columns = { topNeuron: [], topShare: [], nextShare: [], kurtosis: [], nullShare: [], logitKurtosis: [] };
  const chunk = Math.max(1, Math.floor(LOGITS / config.vocabularySize));
  for (let first = 0; first < n; first += chunk) {
    const rows = kernels.rows(directions, first, Math.min(chunk, n - first));
    await measureChunk(ruler, rows, columns);
    yield Math.min(1, (first + chunk) / n);
  }
  return columns;
}

async function measureChunk(
  { model, path, space, inUse }: Ruler,
  rows: Tensor,
  columns: Readonly<Record<keyof MeasuredColumns, number[]>>,
): Promise<void> {
  const { kernels, config } = model;
  const [n = 0, d = 0] = rows.shape;
  const V = config.vocabularySize;
  const values = await kernels.read(rows);
  for (let row = 0; row < n; row++) {
    const { neurons, direction } = alignWithNeurons(values.subarray(row * d, (row + 1) * d));
    columns.topNeuron.push(neurons[0]?.index ?? 0);
    columns.topShare.push(direction.topShare);
    columns.nextShare.push(direction.nextShare);
    columns.kurtosis.push(direction.kurtosis);
  }
  if (space !== null) columns.nullShare.push(...(await measureNullShares(kernels, rows, space)));
  if (path === null) return;
  // Kurtosis does not depend on the constant layer-norm scale.
  const weights = await measureLogitWeights(model, path, rows, 1);
  for (let row = 0; row < n; row++) {
    const logits = weights.subarray(row * V, (row + 1) * V);
    columns.logitKurtosis.push(excessKurtosis(Float32Array.from(inUse, (token) => logits[token]!)));
  }
}

function drawDirections(count: number, width: number, seed: number): Float32Array {
  const { normal } = createRandomStream(seed, "neuron basis", "baseline");
  return Float32Array.from({ length: count * width }, (_, i) => normal(i));
}

function listFirings({ firings, bigFirings, topToken, onTopToken }: TopTokens) {
  return {
    firings: Array.from(firings),
    bigFirings: Array.from(bigFirings),
    topToken: Array.from(topToken),
    onTopToken: Array.from(onTopToken),
  };
}

function summarise(columns: DirectionColumns, chosen: readonly number[], firing: TopTokens | null): BasisSummary {
  const kinds = { "1-sparse": 0, "10-sparse": 0, dense: 0 };
  for (const i of chosen)
    kinds[classifyDirection({ topShare: columns.topShare[i]!, nextShare: columns.nextShare[i]! })]++;
  const median = (values: readonly number[]) => estimateMedian(chosen.flatMap((i) => values[i] ?? []));
  return {
    directions: chosen.length,
    kinds,
    kurtosis: median(columns.kurtosis),
    nullShare: median(columns.nullShare),
    logitKurtosis: median(columns.logitKurtosis),
    topTokenShare:
      firing &&
      estimateMedian(
        chosen.flatMap((i) => (firing.bigFirings[i]! > 0 ? firing.onTopToken[i]! / firing.bigFirings[i]! : [])),
      ),
  };
}

/** The same numbers to six digits, which is what a file of them needs. */
function roundColumns<T extends DirectionColumns>(columns: T): T {
  const round = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(DIGITS)));
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, round(values as readonly number[])]),
  ) as unknown as T;
}
