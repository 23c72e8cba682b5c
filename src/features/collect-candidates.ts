import { createPermutation } from "../numerics/permutation.ts";
import { createRandomStream } from "../numerics/random.ts";
import { createCandidatePool } from "./candidate-pool.ts";
import { HISTOGRAM_BINS, INTERVALS } from "./feature-record.ts";
import { createFiringSample } from "./firing-sample.ts";
import { activationAt, type CodeBatch } from "./scan-codes.ts";
import type { SearchedText } from "./searched-text.ts";

const INTERVAL_CANDIDATES = 8;
const NEAR_MISS_CANDIDATES = 16;
const SILENT_SAMPLE = 256;
const PRIORITY_BITS = 24;

/** What a second pass over the codes finds for every feature, once its maximum and its strongest tokens are known. */
export interface Candidates {
  readonly histograms: Uint32Array; // [features, 40]
  /** A uniform sample of the tokens whose activation lies in an interval, in random order, at most one a context. */
  interval(feature: number, interval: number): Uint32Array;
  /** A random sample of tokens on which the feature is silent, at most one a context. */
  silent(feature: number): Uint32Array;
  /** A uniform sample of the tokens that the feature's centres equal but on which it is silent, in random order. */
  nearMisses(feature: number): Uint32Array;
}

/** Gathers candidates batch by batch. */
export interface CandidateCollector extends Candidates {
  add(codes: CodeBatch): void;
}

/** The features that have each token id as the centre of a top example: those of id t are starts[t] .. starts[t + 1]. */
export interface FeaturesByCentre {
  readonly starts: Uint32Array; // [V + 1]
  readonly features: Uint32Array;
}

/** A collector over the searched text for features with the given maxima. */
export function createCandidateCollector(
  text: SearchedText,
  maxima: Float32Array, // [features]
  centres: FeaturesByCentre,
  seed: number,
): CandidateCollector {
  const features = maxima.length;
  const T = text.contextLength;
  const histograms = new Uint32Array(features * HISTOGRAM_BINS);
  const intervals = createCandidatePool(features * INTERVALS, INTERVAL_CANDIDATES);
  const priorities = createRandomStream(seed, "feature examples");
  const silent = createSilentSample(text.contexts.length, T, seed);
  const misses = createNearMissSample(text, features, centres);

  const addRow = (codes: CodeBatch, row: number, priority: number, token: number): void => {
    const end = codes.rowStarts[row + 1]!;
    for (let entry = codes.rowStarts[row]!; entry < end; entry++) {
      const feature = codes.features[entry]!;
      const fraction = codes.values[entry]! / maxima[feature]!;
      const bin = feature * HISTOGRAM_BINS + histogramBin(fraction);
      histograms[bin] = histograms[bin]! + 1;
      intervals.offer(feature * INTERVALS + intervalOf(fraction), priority, token);
    }
  };
  return {
    histograms,
    add: (codes) => {
      const firstToken = codes.firstContext * T;
      for (let row = 0; row < codes.contexts * T; row++) {
        const token = firstToken + row;
        const priority = priorities.bits(token) >>> (32 - PRIORITY_BITS);
        addRow(codes, row, priority, token);
        silent.add(codes, row, token);
        misses.add(codes, row, priority, token);
        if ((row + 1) % T === 0) intervals.endContext();
      }
    },
    interval: (feature, interval) => intervals.list(feature * INTERVALS + interval),
    silent: silent.list,
    nearMisses: misses.list,
  };
}

/** The bin, 0 to 39, of an activation given as a fraction of the maximum in (0, 1]; each bin holds its upper edge. */
export function histogramBin(fraction: number): number {
  return Math.min(HISTOGRAM_BINS - 1, Math.max(0, Math.ceil(fraction * HISTOGRAM_BINS) - 1));
}

/** The interval, 0 to 10, of an activation given as a fraction of the maximum; each holds its lower edge, the last both. */
export function intervalOf(fraction: number): number {
  return Math.min(INTERVALS - 1, Math.floor(fraction * INTERVALS));
}

interface NearMissSample {
  add(codes: CodeBatch, row: number, priority: number, token: number): void;
  list(feature: number): Uint32Array;
}

function createNearMissSample(text: SearchedText, features: number, centres: FeaturesByCentre): NearMissSample {
  const { stream, contexts, contextLength: T } = text;
  const sample = createFiringSample(features, NEAR_MISS_CANDIDATES);
  return {
    add: (codes, row, priority, token) => {
      const id = stream.tokens[contexts[Math.floor(token / T)]! * T + (token % T)]!;
      const end = centres.starts[id + 1]!;
      for (let place = centres.starts[id]!; place < end; place++) {
        const feature = centres.features[place]!;
        if (!sample.isWanted(feature, priority) || activationAt(codes, row, feature) > 0) continue;
        sample.offer(feature, priority, token, 0);
      }
    },
    list: (feature) => sample.list(feature).tokens,
  };
}

interface SilentSample {
  add(codes: CodeBatch, row: number, token: number): void;
  list(feature: number): Uint32Array;
}

/** One random sample of tokens for all features; each feature takes from a place of its own those on which it is silent. */
function createSilentSample(contexts: number, contextLength: number, seed: number): SilentSample {
  const size = Math.min(SILENT_SAMPLE, contexts);
  const contextAt = createPermutation(contexts, seed, "silent contexts");
  const positions = createRandomStream(seed, "silent positions");
  const sample = Uint32Array.from(
    { length: size },
    (_, i) => contextAt(i) * contextLength + positions.integer(i, contextLength),
  );
  const active = new Map<number, ReadonlySet<number>>();
  for (const token of sample) active.set(token, new Set());
  const starts = createRandomStream(seed, "silent starts");
  return {
    add: (codes, row, token) => {
      if (!active.has(token)) return;
      active.set(token, new Set(codes.features.subarray(codes.rowStarts[row]!, codes.rowStarts[row + 1]!)));
    },
    list: (feature) => {
      const start = starts.integer(feature, size);
      const turned = [...sample.subarray(start), ...sample.subarray(0, start)];
      return Uint32Array.from(turned.filter((token) => active.get(token)?.has(feature) === false));
    },
  };
}
