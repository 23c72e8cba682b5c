import { type Activity, addActivity, createActivity } from "../../features/activity.ts";
import type { CodeBatch } from "../../features/scan-codes.ts";
import type { PairCounts } from "./pair-counts.ts";
import { createPairCounter } from "./pair-counts.ts";

/** What a first pass over text finds: which features fire on which tokens. */
export interface TokenSurvey {
  readonly activity: Activity;
  readonly pairs: PairCounts;
  readonly occurrences: Float64Array; // [V]
  /** Of each class of tokens its tokens, and the firings of each feature on them. */
  readonly classes: readonly { readonly tokens: number; readonly firings: Uint32Array }[];
  /** Active features, and the sum of the squares of how many a token has. */
  readonly entries: number;
  readonly squaredEntries: number;
}

/** Surveys text batch by batch. Time and memory are linear in active features. */
export interface TokenSurveyor {
  add(codes: CodeBatch): void;
  finish(): TokenSurvey;
}

/** The searched tokens: their ids and the classes they belong to. */
export interface SurveyedTokens {
  readonly features: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly tokenAt: (place: number) => number;
  /** 1 where a token belongs to the class. */
  readonly classes: readonly Uint8Array[]; // [searched tokens]
}

/** A surveyor of nothing yet. */
export function createTokenSurveyor(searched: SurveyedTokens): TokenSurveyor {
  const { features, vocabularySize, contextLength, tokenAt } = searched;
  const activity = createActivity(features);
  const counter = createPairCounter();
  const occurrences = new Float64Array(vocabularySize);
  const classes = searched.classes.map((truth) => ({ truth, tokens: 0, firings: new Uint32Array(features) }));
  let [entries, squaredEntries] = [0, 0];
  const addRow = ({ rowStarts, features: ids }: CodeBatch, row: number, place: number): void => {
    const [token, start, end] = [tokenAt(place), rowStarts[row]!, rowStarts[row + 1]!];
    occurrences[token]! += 1;
    entries += end - start;
    squaredEntries += (end - start) ** 2;
    for (let entry = start; entry < end; entry++) counter.add(token, ids[entry]!);
    for (const { truth, firings } of classes)
      if (truth[place] === 1) for (let entry = start; entry < end; entry++) firings[ids[entry]!]! += 1;
  };
  return {
    add: (codes) => {
      addActivity(activity, codes);
      const first = codes.firstContext * contextLength;
      for (let row = 0; row < codes.contexts * contextLength; row++) addRow(codes, row, first + row);
    },
    finish: () => ({
      activity,
      pairs: counter.finish(vocabularySize),
      occurrences,
      classes: classes.map(({ truth, firings }) => ({ tokens: truth.reduce((sum, one) => sum + one, 0), firings })),
      entries,
      squaredEntries,
    }),
  };
}
