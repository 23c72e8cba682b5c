import type { PlannedUnit, RatingKind, RatingView } from "../interpret/rating-units.ts";
import { MOST_POINTS, type RatingAnswers, scoreIntervals } from "../interpret/rubric.ts";
import { UserError } from "../numerics/user-error.ts";
import { type AnnotationDatabase, openAnnotationDatabase, type Row } from "./annotation-database.ts";

/** A session and how far its raters are. */
export interface RatingSession {
  readonly name: string;
  readonly units: number;
  readonly raters: readonly { readonly rater: string; readonly done: number }[];
}

/** What a unit is; not for raters' eyes. */
export interface RatingUnit {
  readonly unit: number;
  readonly kind: RatingKind;
  /** Name of the control's run; null for the run that the session belongs to. */
  readonly run: string | null;
  readonly dictionary: string;
  readonly feature: number;
  readonly dictionarySha256: string;
  readonly asked: readonly number[];
}

/** A rater's answers about one unit. */
export interface Rating {
  readonly rater: string;
  readonly unit: number;
  readonly answers: RatingAnswers;
  readonly updated: string;
}

/** Sessions of blind rating of one run. Units are numbered from 1 in the order in which they are rated. */
export interface Ratings {
  readonly sessions: () => readonly RatingSession[];
  /** Keeps a new session; a `UserError` where there is one of that name. */
  readonly create: (session: string, units: readonly PlannedUnit[], now: string) => void;
  /** What raters see of a unit; undefined where there is none. */
  readonly view: (session: string, unit: number) => RatingView | undefined;
  readonly units: (session: string) => readonly RatingUnit[];
  /** All answers of a session, also those begun, by rater and unit. */
  readonly read: (session: string) => readonly Rating[];
  /** Keeps answers in place of those before, all or none; on the disk when it returns. A `UserError` says what does not fit a unit. */
  readonly rate: (session: string, ratings: readonly Omit<Rating, "updated">[], now: string) => void;
  readonly close: () => void;
}

const CONTENTS = {
  what: "ratings",
  schema: `
CREATE TABLE sessions (
  name TEXT PRIMARY KEY CHECK (length(name) <= 40),
  created TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE units (
  session TEXT NOT NULL REFERENCES sessions,
  unit INTEGER NOT NULL CHECK (unit >= 1),
  kind TEXT NOT NULL CHECK (kind IN ('feature', 'neuron', 'control')),
  run TEXT,
  dictionary TEXT NOT NULL,
  feature INTEGER NOT NULL CHECK (feature >= 0),
  weights TEXT NOT NULL,
  view TEXT NOT NULL,
  PRIMARY KEY (session, unit)
) STRICT, WITHOUT ROWID;
CREATE TABLE ratings (
  session TEXT NOT NULL,
  rater TEXT NOT NULL CHECK (length(rater) BETWEEN 1 AND 40),
  unit INTEGER NOT NULL,
  answers TEXT NOT NULL,
  updated TEXT NOT NULL,
  PRIMARY KEY (session, rater, unit),
  FOREIGN KEY (session, unit) REFERENCES units
) STRICT, WITHOUT ROWID;
`,
};

/** The sessions in the database at `path`, which is made by the first one. Values are taken as checked. */
export function openRatings(path: string): Ratings {
  const database = openAnnotationDatabase(path, CONTENTS);
  return {
    sessions: () => readSessions(database),
    create: (session, units, now) =>
      database.change((run) => {
        const [known] = database.query("SELECT name FROM sessions WHERE name = ?", session);
        if (known !== undefined)
          throw new UserError(
            `there is a session ${session} in ${path} already: choose another name with --session`,
            2,
          );
        run("INSERT INTO sessions VALUES (?, ?)", session, now);
        for (const [place, { source, feature, view }] of units.entries()) {
          const { kind, run: control, dictionary, dictionarySha256 } = source;
          const values = [kind, control, dictionary, feature, dictionarySha256, JSON.stringify(view)];
          run("INSERT INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?)", session, place + 1, ...values);
        }
      }),
    view: (session, unit) => {
      const [row] = database.query("SELECT view FROM units WHERE session = ? AND unit = ?", session, unit);
      return row && (JSON.parse(String(row.view)) as RatingView);
    },
    units: (session) => readUnits(database, session),
    read: (session) =>
      database.query("SELECT * FROM ratings WHERE session = ? ORDER BY rater, unit", session).map(parseRating),
    rate: (session, ratings, now) =>
      database.change((run) => {
        const asked = new Map(readUnits(database, session).map((unit) => [unit.unit, unit.asked.length]));
        for (const { rater, unit, answers } of ratings) {
          checkAnswers(answers, asked.get(unit), `unit ${unit}`);
          const values = [session, rater, unit];
          if (countAnswers(answers) === 0)
            run("DELETE FROM ratings WHERE session = ? AND rater = ? AND unit = ?", ...values);
          else run("INSERT OR REPLACE INTO ratings VALUES (?, ?, ?, ?, ?)", ...values, JSON.stringify(answers), now);
        }
      }),
    close: database.close,
  };
}

function readSessions(database: AnnotationDatabase): RatingSession[] {
  const units = database.query(
    "SELECT name, count(*) AS units FROM sessions JOIN units ON session = name GROUP BY name ORDER BY created, name",
  );
  const ratings = Map.groupBy(database.query("SELECT * FROM ratings ORDER BY rater, unit"), ({ session }) => session);
  return units.map(({ name, units }) => {
    const byRater = Map.groupBy((ratings.get(name!) ?? []).map(parseRating), ({ rater }) => rater);
    return {
      name: String(name),
      units: Number(units),
      raters: [...byRater].map(([rater, answered]) => ({
        rater,
        done: answered.filter(({ answers }) => scoreIntervals(answers) !== undefined).length,
      })),
    };
  });
}

function readUnits(database: AnnotationDatabase, session: string): RatingUnit[] {
  return database.query("SELECT * FROM units WHERE session = ? ORDER BY unit", session).map((row) => ({
    unit: Number(row.unit),
    kind: String(row.kind) as RatingKind,
    run: row.run === null ? null : String(row.run),
    dictionary: String(row.dictionary),
    feature: Number(row.feature),
    dictionarySha256: String(row.weights),
    asked: (JSON.parse(String(row.view)) as RatingView).asked,
  }));
}

function parseRating(row: Row): Rating {
  return {
    rater: String(row.rater),
    unit: Number(row.unit),
    answers: JSON.parse(String(row.answers)) as RatingAnswers,
    updated: String(row.updated),
  };
}

/** Only answers to what is asked are kept. */
function checkAnswers(answers: RatingAnswers, intervals: number | undefined, where: string): void {
  if (intervals === undefined) throw new UserError(`${where} is not in this session`, 2);
  const { consistency, interpretation, logits, separation } = answers;
  if (consistency.length !== intervals)
    throw new UserError(
      `${where}: got ${consistency.length} points of consistency, ${intervals} intervals are asked`,
      2,
    );
  if (logits === MOST_POINTS.logits && separation !== null)
    throw new UserError(`${where}: separation is not asked where logits has all ${MOST_POINTS.logits} points`, 2);
  if (interpretation === "" && countAnswers(answers) > 1)
    throw new UserError(`${where}: without an interpretation nothing else is asked, and its score is 0`, 2);
}

function countAnswers({ consistency, ...others }: RatingAnswers): number {
  return [...consistency, ...Object.values(others)].filter((answer) => answer !== null).length;
}
