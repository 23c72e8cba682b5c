import { createRandomStream } from "../numerics/random.ts";
import { type Activity, addActivity, createActivity } from "./activity.ts";
import { createCandidatePool } from "./candidate-pool.ts";
import { createFiringSample } from "./firing-sample.ts";
import type { CodeBatch } from "./scan-codes.ts";

// A token is named by its place among the searched ones: its context's place in the list times T, plus its position.

const TOP_CANDIDATES = 64;

/** Firings of a feature in the random sample. */
export const RANDOM_FIRINGS = 64;

/** What a first pass over the codes finds for every feature. */
export interface Firings {
  readonly activity: Activity;
  /** Active features, and the sum of the squares of how many a token has. */
  readonly entries: number;
  readonly squaredEntries: number;
  /** Tokens on which the feature is strongest, strongest first, at most one a context. */
  top(feature: number): Uint32Array;
  /** A uniform sample of up to 64 of the tokens on which the feature is active, in random order, and its activation there. */
  random(feature: number): { readonly tokens: Uint32Array; readonly values: Float32Array };
}

/** Gathers firings batch by batch. */
export interface FiringCollector extends Firings {
  add(codes: CodeBatch): void;
}

/** A collector for contexts of `contextLength` tokens. */
export function createFiringCollector(features: number, contextLength: number, seed: number): FiringCollector {
  const activity = createActivity(features);
  const top = createCandidatePool(features, TOP_CANDIDATES);
  const sample = createFiringSample(features, RANDOM_FIRINGS);
  const priorities = createRandomStream(seed, "random firings");
  let entries = 0;
  let squaredEntries = 0;

  const addRow = (codes: CodeBatch, row: number, token: number): void => {
    const priority = priorities.bits(token);
    const start = codes.rowStarts[row]!;
    const end = codes.rowStarts[row + 1]!;
    squaredEntries += (end - start) ** 2;
    for (let entry = start; entry < end; entry++) {
      const feature = codes.features[entry]!;
      const value = codes.values[entry]!;
      top.offer(feature, value, token);
      sample.offer(feature, priority, token, value);
    }
  };
  return {
    activity,
    get entries() {
      return entries;
    },
    get squaredEntries() {
      return squaredEntries;
    },
    add: (codes) => {
      addActivity(activity, codes);
      entries += codes.features.length;
      const firstToken = codes.firstContext * contextLength;
      for (let row = 0; row < codes.contexts * contextLength; row++) {
        addRow(codes, row, firstToken + row);
        if ((row + 1) % contextLength === 0) top.endContext();
      }
    },
    top: top.list,
    random: sample.list,
  };
}
