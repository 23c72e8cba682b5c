import { createPermutation } from "../numerics/permutation.ts";
import { createRandomStream } from "../numerics/random.ts";
import { createCandidatePool } from "./candidate-pool.ts";
import { HISTOGRAM_BINS, INTERVALS } from "./feature-record.ts";
import type { CodeBatch } from "./scan-codes.ts";

// A token is named by its place among the searched ones: its context's place in the list times T, plus its position.

const TOP_CANDIDATES = 64;
const INTERVAL_CANDIDATES = 8;
const SILENT_SAMPLE = 256;
const PRIORITY_BITS = 24;

/** What a second pass over the codes finds for every feature, once its maximum is known. */
export interface Candidates {
  readonly histograms: Uint32Array; // [features, 40]
  /** Tokens on which the feature is strongest, strongest first, at most one a context. */
  top(feature: number): Uint32Array;
  /** A uniform sample of the tokens whose activation lies in an interval, in random order, at most one a context. */
  interval(feature: number, interval: number): Uint32Array;
  /** A random sample of tokens on which the feature is silent, at most one a context. */
  silent(feature: number): Uint32Array;
}

/** Gathers candidates batch by batch. */
export interface CandidateCollector extends Candidates {
  add(codes: CodeBatch): void;
}

/** A collector for features with the given maxima over `contexts` contexts of `contextLength` tokens. */
export function createCandidateCollector(
  maxima: Float32Array, // [features]
  contexts: number,
  contextLength: number,
  seed: number,
): CandidateCollector {
  const features = maxima.length;
  const histograms = new Uint32Array(features * HISTOGRAM_BINS);
  const top = createCandidatePool(features, TOP_CANDIDATES);
  const intervals = createCandidatePool(features * INTERVALS, INTERVAL_CANDIDATES);
  const priorities = createRandomStream(seed, "feature examples");
  const silent = createSilentSample(contexts, contextLength, seed);

  const addRow = (codes: CodeBatch, row: number, token: number): void => {
    const priority = priorities.bits(token) >>> (32 - PRIORITY_BITS);
    const end = codes.rowStarts[row + 1]!;
    for (let entry = codes.rowStarts[row]!; entry < end; entry++) {
      const feature = codes.features[entry]!;
      const value = codes.values[entry]!;
      const fraction = value / maxima[feature]!;
      const bin = feature * HISTOGRAM_BINS + histogramBin(fraction);
      histograms[bin] = histograms[bin]! + 1;
      top.offer(feature, value, token);
      intervals.offer(feature * INTERVALS + intervalOf(fraction), priority, token);
    }
  };
  return {
    histograms,
    add: (codes) => {
      const rows = codes.contexts * contextLength;
      const firstToken = codes.firstContext * contextLength;
      for (let row = 0; row < rows; row++) {
        addRow(codes, row, firstToken + row);
        silent.add(codes, row, firstToken + row);
        if ((row + 1) % contextLength !== 0) continue;
        top.endContext();
        intervals.endContext();
      }
    },
    top: (feature) => top.list(feature),
    interval: (feature, interval) => intervals.list(feature * INTERVALS + interval),
    silent: (feature) => silent.list(feature),
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
