import { type FeatureRecord, INTERVALS } from "../features/feature-record.ts";
import { createPermutation } from "../numerics/permutation.ts";

/** What a unit is; raters are not told. `control` is a feature of a run whose model's weights were shuffled. */
export const RATING_KINDS = ["feature", "neuron", "control"] as const;

/** What a unit is. */
export type RatingKind = (typeof RATING_KINDS)[number];

/** Where a unit comes from. */
export interface RatingSource {
  readonly kind: RatingKind;
  /** Name of the control's run; null for the run that the session belongs to. */
  readonly run: string | null;
  readonly dictionary: string;
  readonly dictionarySha256: string;
}

/** A unit to rate, with all that the page shows of it. */
export interface PlannedUnit {
  readonly source: RatingSource;
  readonly feature: number;
  readonly view: RatingView;
}

/**
 * What a rater sees of a unit. Activations and logit weights are percents of the unit's largest, so that their scale does not tell
 * what it is; nothing else about it is here.
 */
export interface RatingView {
  /** The intervals that are scored, from the highest. */
  readonly asked: readonly number[];
  /** Every interval that has examples, from the highest, which is 10. */
  readonly intervals: readonly RatingInterval[];
  /** The tokens that the unit makes likelier most. */
  readonly raised: readonly { readonly token: number; readonly percent: number }[];
}

/** Examples whose centre's activation lies in one of the 11 equal parts of 0 to the maximum. */
export interface RatingInterval {
  readonly interval: number;
  readonly examples: readonly RatingExample[];
}

/** A token of held-out text with its neighbours; -1 and 0 outside the context. */
export interface RatingExample {
  readonly tokens: readonly number[]; // [2 window + 1]
  readonly percents: readonly number[]; // [2 window + 1]
}

/**
 * Units of several kinds in one seeded order, each with at most `intervals` of those of its 11 intervals that have examples, drawn
 * uniformly and without repetition.
 */
export function planUnits(
  pools: readonly { readonly source: RatingSource; readonly records: readonly FeatureRecord[] }[],
  intervals: number,
  seed: number,
): PlannedUnit[] {
  const units = pools.flatMap(({ source, records }) => records.map((record) => ({ source, record })));
  const permute = createPermutation(units.length, seed, "rating order");
  return units.map((_, place) => {
    const { source, record } = units[permute(place)]!;
    const asked = drawIntervals(record, intervals, seed, `${source.kind} ${record.index}`);
    return { source, feature: record.index, view: createRatingView(record, asked) };
  });
}

/** Whether a feature can be rated: it has examples, and tokens that it makes likelier. */
export function canBeRated(record: FeatureRecord): boolean {
  return listIntervals(record).length > 0 && (record.logits?.positive[0]?.weight ?? 0) > 0;
}

function drawIntervals(record: FeatureRecord, count: number, seed: number, unit: string): number[] {
  const available = new Set(listIntervals(record).map(({ interval }) => interval));
  const permute = createPermutation(INTERVALS, seed, "rating intervals", unit);
  const drawn = Array.from({ length: INTERVALS }, (_, i) => permute(i)).filter((interval) => available.has(interval));
  return drawn.slice(0, count).sort((a, b) => b - a);
}

function createRatingView(record: FeatureRecord, asked: readonly number[]): RatingView {
  const positive = (record.logits?.positive ?? []).filter(({ weight }) => weight > 0);
  return {
    asked,
    intervals: listIntervals(record).map(({ interval, examples }) => ({
      interval,
      examples: examples.map(({ tokens, activations }) => ({
        tokens,
        percents: activations.map((value) => toPercent(value, record.maximum)),
      })),
    })),
    raised: positive.map(({ token, weight }) => ({ token, percent: toPercent(weight, positive[0]!.weight) })),
  };
}

function listIntervals({ groups }: FeatureRecord) {
  return groups.flatMap((group) => (group.kind === "interval" && group.examples.length > 0 ? [group] : []));
}

/** What is above 0 stays above it. */
function toPercent(value: number, largest: number): number {
  return value > 0 ? Math.max(1, Math.round((100 * value) / largest)) : 0;
}
