import { scoreIntervals } from "../../interpret/rubric.ts";
import { type RatingSummary, summariseRatings } from "../../interpret/summarise-ratings.ts";
import { UserError } from "../../numerics/user-error.ts";
import type { Rating, Ratings, RatingUnit } from "../../store/ratings.ts";

/** A session un-blinded: what came out, and what each unit was. */
export interface SessionReport {
  readonly session: string;
  readonly raters: readonly { readonly rater: string; readonly done: number }[];
  readonly summary: RatingSummary;
  readonly units: readonly ReportedUnit[];
}

/** A unit, and what each rater who is done with it said. */
export interface ReportedUnit extends Omit<RatingUnit, "dictionarySha256"> {
  readonly ratings: readonly {
    readonly rater: string;
    readonly interpretation: string;
    /** Of each interval asked about. */
    readonly scores: readonly number[];
  }[];
}

/** The report of a session; a `UserError` where there is none of that name. */
export function reportSession(ratings: Ratings, session: string): SessionReport {
  const raters = findSession(ratings, session).raters;
  const byUnit = Map.groupBy(ratings.read(session).flatMap(scoreRating), ({ unit }) => unit);
  const units = ratings.units(session).map(({ dictionarySha256: _, ...unit }) => ({
    ...unit,
    ratings: (byUnit.get(unit.unit) ?? []).map(({ unit: _, ...rating }) => rating),
  }));
  const rated = units.flatMap(({ unit, kind, asked, ratings: given }) =>
    given.map(({ rater, scores }) => ({ rater, unit, kind, intervals: asked, scores })),
  );
  return { session, raters, summary: summariseRatings(rated), units };
}

/** A session by its name; a `UserError` naming those there are. */
export function findSession(ratings: Ratings, session: string) {
  const sessions = ratings.sessions();
  const found = sessions.find(({ name }) => name === session);
  if (found !== undefined) return found;
  const names = sessions.map(({ name }) => name).join(", ");
  throw new UserError(
    names === ""
      ? "nothing is prepared to be rated: monosem rate prepare draws a sample"
      : `there is no session ${session}, there is ${names}`,
    2,
  );
}

function scoreRating({ rater, unit, answers }: Rating) {
  const scores = scoreIntervals(answers);
  return scores === undefined ? [] : [{ rater, unit, interpretation: answers.interpretation ?? "", scores }];
}
