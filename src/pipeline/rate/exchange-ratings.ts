import { parseRatings, type RatingFormat, renderRatings } from "../../interchange/rating-files.ts";
import { collectRatings, listRatingRows } from "../../interchange/rating-rows.ts";
import type { Ratings } from "../../store/ratings.ts";
import { findSession } from "./report-session.ts";

/** All answers of a session as a text. */
export function exportRatings(ratings: Ratings, session: string, format: RatingFormat): string {
  findSession(ratings, session);
  return renderRatings(listRatingRows(session, ratings.units(session), ratings.read(session)), format);
}

/**
 * Takes the answers of a text into a session, in place of the same raters' about the same units; what else is there stays. With
 * anything wrong in the text nothing is changed, and a `UserError` names the line.
 */
export function importRatings(
  ratings: Ratings,
  session: string,
  file: { readonly text: string; readonly format: RatingFormat; readonly name: string },
  now: string,
): { readonly added: number; readonly replaced: number; readonly kept: number } {
  findSession(ratings, session);
  const rows = parseRatings(file.text, file.format, file.name);
  const given = collectRatings(session, ratings.units(session), rows);
  const before = new Map(ratings.read(session).map((one) => [`${one.unit} ${one.rater}`, JSON.stringify(one.answers)]));
  const find = ({ unit, rater }: { readonly unit: number; readonly rater: string }) => before.get(`${unit} ${rater}`);
  const added = given.filter((one) => find(one) === undefined);
  const replaced = given.filter((one) => find(one) !== undefined && find(one) !== JSON.stringify(one.answers));
  ratings.rate(session, [...added, ...replaced], now);
  return { added: added.length, replaced: replaced.length, kept: given.length - added.length - replaced.length };
}
