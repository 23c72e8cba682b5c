import type { FeatureRecord } from "../../features/feature-record.ts";
import type { ScoreSummary } from "../../interpret/summarise-scores.ts";
import { ANNOTATION_LIMITS } from "../../store/annotation-schema.ts";
import { openAnnotations } from "../../store/annotations.ts";
import { type InterpretationKey, type InterpretedFeature, writeInterpretation } from "./interpretation-file.ts";

/** Keeps results on the disk while they come. */
export interface Keeper {
  readonly add: (interpreted: InterpretedFeature) => void;
  /** Writes what has come, and returns the medians of all of the sample that is known. */
  readonly finish: () => ScoreSummary;
}

/** Written no more often, since each time all of it is. */
const KEPT_EVERY_MS = 2000;

/** What stands where a text may not have it: characters that are not seen and steer what shows them. */
const UNSHOWABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A keeper that writes the results' file, and each explanation among the run's labels, every two seconds. */
export function createKeeper(options: {
  readonly path: string;
  /** The database of the run's labels. */
  readonly labels: string;
  readonly key: InterpretationKey;
  readonly sample: { readonly records: readonly FeatureRecord[]; readonly tooFewExamples: readonly number[] };
  /** Results that are there already. */
  readonly known: ReadonlyMap<number, InterpretedFeature>;
}): Keeper {
  const { path, labels, key, sample } = options;
  const known = new Map(options.known);
  const place = new Map(sample.records.map(({ index }, i) => [index, i]));
  const annotations = openAnnotations(labels);
  let fresh: InterpretedFeature[] = [];
  let keptAt = 0;
  const keep = (): ScoreSummary => {
    const said = fresh.flatMap(({ feature, explanation, scores }) =>
      explanation === null ? [] : [{ feature, text: toShowable(explanation), score: scores.spearman }],
    );
    const { dictionary, dictionarySha256: weights, method } = key;
    if (said.length > 0) annotations.explain({ dictionary, weights, method }, said, new Date().toISOString());
    fresh = [];
    keptAt = Date.now();
    // A larger sample may have been explained before: its features stay, behind this one's.
    const rank = ({ feature }: InterpretedFeature) => place.get(feature) ?? place.size + feature;
    const features = [...known.values()].sort((a, b) => rank(a) - rank(b));
    const ofSample = features.filter(({ feature }) => place.has(feature));
    const tooFewExamples = [...sample.tooFewExamples];
    return writeInterpretation(path, { ...key, tooFewExamples, features }, ofSample);
  };
  return {
    add: (interpreted) => {
      known.set(interpreted.feature, interpreted);
      fresh.push(interpreted);
      if (Date.now() - keptAt >= KEPT_EVERY_MS) keep();
    },
    finish: () => {
      const summary = keep();
      annotations.close();
      return summary;
    },
  };
}

function toShowable(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSHOWABLE, "\ufffd")
    .slice(0, ANNOTATION_LIMITS.explanation)
    .toWellFormed()
    .trim();
}
