import type { RatingFormat } from "../interchange/rating-files.ts";
import { exportRatings } from "../pipeline/rate/exchange-ratings.ts";
import { reportSession } from "../pipeline/rate/report-session.ts";
import { parseAnnotationText } from "../store/annotation-schema.ts";
import { ratingChangeSchema } from "../store/rating-schema.ts";
import type { Ratings } from "../store/ratings.ts";
import type { RatingProgress, RatingReport, RatingSessions } from "./api.ts";

/**
 * What the desk knows of blind rating. Nothing but the report says what a unit is, and that waits until everybody who began has
 * finished; null where there is no such session or unit.
 */
export interface RatingDesk {
  readonly ratingSessions: (path: string) => string;
  readonly ratingUnit: (path: string, session: string, unit: number) => string | null;
  /** How far a rater is, and that rater's answers. */
  readonly ratingProgress: (path: string, session: string, rater: string) => string | null;
  readonly rate: (path: string, session: string, unit: number, body: string) => string | null;
  readonly ratingReport: (path: string, session: string) => string | null;
  /** All ratings as a file; empty while they are to stay blind. */
  readonly ratingFile: (path: string, session: string, format: RatingFormat) => string | null;
}

/** The desk on databases that `open` opens and keeps. */
export function createRatingDesk(open: (path: string) => Ratings): RatingDesk {
  const knows = (path: string, session: string) =>
    open(path)
      .sessions()
      .find(({ name }) => name === session);
  return {
    ratingSessions: (path) => JSON.stringify({ sessions: open(path).sessions() } satisfies RatingSessions),
    ratingUnit: (path, session, unit) => {
      const view = open(path).view(session, unit);
      return view === undefined ? null : JSON.stringify(view);
    },
    ratingProgress: (path, session, rater) => {
      const known = knows(path, session);
      if (known === undefined) return null;
      const ratings = open(path)
        .read(session)
        .filter((rating) => rating.rater === rater);
      const answers = ratings.map(({ unit, answers }) => ({ unit, answers }));
      return JSON.stringify({ units: known.units, answers } satisfies RatingProgress);
    },
    rate: (path, session, unit, body) => {
      const { rater, answers } = parseAnnotationText(ratingChangeSchema, body, "the rating");
      if (open(path).view(session, unit) === undefined) return null;
      open(path).rate(session, [{ rater, unit, answers }], new Date().toISOString());
      return "{}";
    },
    ratingReport: (path, session) => {
      const known = knows(path, session);
      if (known === undefined) return null;
      const waiting = known.raters.filter(({ done }) => done < known.units);
      const report = waiting.length === 0 ? reportSession(open(path), session) : null;
      return JSON.stringify({ report, waiting } satisfies RatingReport);
    },
    ratingFile: (path, session, format) => {
      const known = knows(path, session);
      if (known === undefined) return null;
      return known.raters.every(({ done }) => done === known.units) ? exportRatings(open(path), session, format) : "";
    },
  };
}
