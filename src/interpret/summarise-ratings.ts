import { INTERVALS } from "../features/feature-record.ts";
import { estimateMedian, type MedianEstimate } from "../numerics/median-interval.ts";
import { createRandomStream } from "../numerics/random.ts";
import { wilsonInterval } from "../numerics/wilson-interval.ts";
import { RATING_KINDS, type RatingKind } from "./rating-units.ts";
import { HIGHEST_SCORE, QUITE_INTERPRETABLE } from "./rubric.ts";
import { type Agreement, measureAgreement } from "./weighted-kappa.ts";

/** The points that one rater gave to the intervals of one unit. */
export interface RatedUnit {
  readonly rater: string;
  readonly unit: number;
  readonly kind: RatingKind;
  readonly intervals: readonly number[];
  /** Of each of those, 0 to 14. */
  readonly scores: readonly number[];
}

/** What raters made of the units of one kind. */
export interface KindSummary {
  readonly kind: RatingKind;
  readonly units: number;
  /** Scores: an interval counts once for each rater. */
  readonly scores: number;
  /** How many there are of each score from 0 to 14. */
  readonly distribution: readonly number[]; // [15]
  /** The median score; its 95 % interval resamples units, whose intervals are not independent. */
  readonly median: MedianEstimate;
  /** Share of scores above 8, with a 95 % interval (Wilson) that counts each unit once. */
  readonly above: { readonly share: number; readonly interval: readonly [number, number] };
  /** Median score and number of scores of each of the 11 intervals, the lowest first; null where none was drawn. */
  readonly byInterval: readonly ({ readonly median: number; readonly scores: number } | null)[]; // [11]
}

/** All that comes out of a session. */
export interface RatingSummary {
  readonly kinds: readonly KindSummary[];
  /** Of every two raters who rated units in common. */
  readonly agreement: readonly ({ readonly raters: readonly [string, string] } & Agreement)[];
}

const RESAMPLES = 2000;
const TAIL = 0.025;

/** Medians, distributions and agreement of what raters gave; kinds that nobody rated are left out. */
export function summariseRatings(rated: readonly RatedUnit[]): RatingSummary {
  const kinds = RATING_KINDS.flatMap((kind) => {
    const ofKind = rated.filter((one) => one.kind === kind);
    return ofKind.length === 0 ? [] : [summariseKind(kind, ofKind)];
  });
  return { kinds, agreement: compareRaters(rated) };
}

function summariseKind(kind: RatingKind, rated: readonly RatedUnit[]): KindSummary {
  const scores = rated.flatMap((one) => one.scores);
  const units = [...Map.groupBy(rated, ({ unit }) => unit).values()].map((raters) =>
    raters.flatMap((one) => one.scores),
  );
  const share = scores.filter((score) => score > QUITE_INTERPRETABLE).length / scores.length;
  const places = rated.flatMap((one) => one.scores.map((score, i) => ({ interval: one.intervals[i]!, score })));
  return {
    kind,
    units: units.length,
    scores: scores.length,
    distribution: Array.from({ length: HIGHEST_SCORE + 1 }, (_, points) => countEqual(scores, points)),
    median: { count: scores.length, median: medianOf(scores), interval: resampleMedian(units) },
    above: { share, interval: wilsonInterval(share, units.length) },
    byInterval: Array.from({ length: INTERVALS }, (_, interval) => {
      const inside = places.filter((place) => place.interval === interval).map(({ score }) => score);
      return inside.length === 0 ? null : { median: medianOf(inside), scores: inside.length };
    }),
  };
}

function medianOf(values: readonly number[]): number {
  return estimateMedian(values)!.median;
}

function countEqual(values: readonly number[], wanted: number): number {
  return values.filter((value) => value === wanted).length;
}

/** The 95 % percentile interval of the median when whole units are drawn again, with repetition. */
function resampleMedian(units: readonly (readonly number[])[]): readonly [number, number] {
  const random = createRandomStream(0, "rating resamples");
  const medians = Array.from({ length: RESAMPLES }, (_, resample) =>
    medianOf(units.flatMap((_, i) => units[random.integer(resample * units.length + i, units.length)]!)),
  ).sort((a, b) => a - b);
  return [medians[Math.floor(TAIL * RESAMPLES)]!, medians[Math.ceil((1 - TAIL) * RESAMPLES) - 1]!];
}

function compareRaters(rated: readonly RatedUnit[]): RatingSummary["agreement"] {
  const byRater = [...Map.groupBy(rated, ({ rater }) => rater)].sort(([a], [b]) => (a < b ? -1 : 1));
  return byRater.flatMap(([one, first], i) =>
    byRater.slice(i + 1).flatMap(([other, second]) => {
      const scoresOf = new Map(second.map(({ unit, scores }) => [unit, scores]));
      const common = first.flatMap(({ unit, scores }) => {
        const others = scoresOf.get(unit);
        return others === undefined ? [] : [scores.map((score, place) => [score, others[place]!] as const)];
      });
      return common.length === 0 ? [] : [{ raters: [one, other] as const, ...measureAgreement(common) }];
    }),
  );
}
