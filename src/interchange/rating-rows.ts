import { INTERVALS } from "../features/feature-record.ts";
import type { RatingAnswers } from "../interpret/rubric.ts";
import { scoreIntervals } from "../interpret/rubric.ts";
import { UserError } from "../numerics/user-error.ts";
import type { Rating, RatingUnit } from "../store/ratings.ts";

/** The columns of a file of ratings, in their order. */
export const RATING_COLUMNS = [
  "session",
  "rater",
  "unit",
  "interval",
  "interpretation",
  "confidence",
  "consistency",
  "logits",
  "separation",
  "specificity",
  "score",
  "kind",
  "run",
  "dictionary",
  "feature",
  "updated",
] as const;

/** One interval of one unit as one rater judged it; null where nothing was answered. */
export type RatingRow = Readonly<Record<(typeof RATING_COLUMNS)[number], string | number | null>>;

/** A row of a file, with what it is called in sentences. */
export interface FiledRow {
  readonly where: string;
  readonly row: Partial<RatingRow>;
}

const OF_UNIT = ["interpretation", "confidence", "logits", "separation", "specificity"] as const;

/** The ratings of a session as rows: intervals are numbered from 1, the lowest. */
export function listRatingRows(session: string, units: readonly RatingUnit[], ratings: readonly Rating[]): RatingRow[] {
  const byNumber = new Map(units.map((unit) => [unit.unit, unit]));
  return ratings.flatMap(({ rater, unit, answers, updated }) => {
    const { asked, kind, run, dictionary, feature } = byNumber.get(unit)!;
    const { consistency, ...ofUnit } = answers;
    const scores = scoreIntervals(answers);
    return asked.map((interval, place) => ({
      ...{ session, rater, unit, interval: interval + 1, ...ofUnit, consistency: consistency[place] ?? null },
      ...{ score: scores?.[place] ?? null, kind, run, dictionary, feature, updated },
    }));
  });
}

/**
 * The ratings that rows of a session say; `session`, `kind`, `run`, `dictionary` and `feature` may be left out but not contradict it,
 * `score` and `updated` follow from the others. Anything that does not fit together is a `UserError` naming its line.
 */
export function collectRatings(
  session: string,
  units: readonly RatingUnit[],
  rows: readonly FiledRow[],
): Omit<Rating, "updated">[] {
  const byNumber = new Map(units.map((unit) => [unit.unit, unit]));
  for (const filed of rows) checkPlace(session, byNumber, filed);
  const groups = Map.groupBy(rows, ({ row }) => `${row.unit} ${row.rater}`);
  return [...groups.values()].map((group) => {
    const { rater, unit } = group[0]!.row;
    return { rater: String(rater), unit: Number(unit), answers: joinRows(group, byNumber.get(Number(unit))!) };
  });
}

function checkPlace(session: string, units: ReadonlyMap<number, RatingUnit>, { where, row }: FiledRow): void {
  for (const name of ["rater", "unit", "interval"] as const)
    if (row[name] === undefined || row[name] === null) throw new UserError(`${where}: ${name} is missing`, 2);
  const unit = units.get(Number(row.unit));
  if (unit === undefined)
    throw new UserError(
      `${where}: there is no unit ${row.unit} in session ${session}, which has 1 to ${units.size}`,
      2,
    );
  if (!unit.asked.includes(Number(row.interval) - 1))
    throw new UserError(
      `${where}: interval ${row.interval} of unit ${row.unit} is not asked about, wanted ${unit.asked.map((i) => i + 1).join(", ")} (of 1 to ${INTERVALS})`,
      2,
    );
  const { kind, run, dictionary, feature } = unit;
  for (const [name, wanted] of Object.entries({ session, kind, run, dictionary, feature })) {
    const got = row[name as keyof RatingRow] ?? null;
    if (got !== null && String(got) !== String(wanted))
      throw new UserError(
        `${where}: the ${name} is not that of unit ${row.unit} in session ${session}: the file is of another session`,
        2,
      );
  }
}

function joinRows(group: readonly FiledRow[], { unit, asked }: RatingUnit): RatingAnswers {
  const [first] = group;
  for (const { where, row } of group)
    for (const name of OF_UNIT)
      if ((row[name] ?? null) !== (first!.row[name] ?? null))
        throw new UserError(
          `${where}: ${name} is ${row[name] ?? "empty"}, in ${first!.where} ${first!.row[name] ?? "empty"}: it is of the whole unit ${unit}`,
          2,
        );
  const consistency = asked.map((interval) => {
    const [row, again] = group.filter(({ row }) => row.interval === interval + 1);
    if (row === undefined)
      throw new UserError(
        `${first!.where}: unit ${unit} of ${first!.row.rater} has no line for interval ${interval + 1}`,
        2,
      );
    if (again !== undefined)
      throw new UserError(`${again.where}: interval ${interval + 1} of unit ${unit} stands in ${row.where} already`, 2);
    return (row.row.consistency ?? null) as number | null;
  });
  const read = (name: (typeof OF_UNIT)[number]) => (first!.row[name] ?? null) as never;
  return {
    interpretation: read("interpretation"),
    confidence: read("confidence"),
    consistency,
    logits: read("logits"),
    separation: read("separation"),
    specificity: read("specificity"),
  };
}
