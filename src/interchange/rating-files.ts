import { z } from "zod";
import { INTERVALS } from "../features/feature-record.ts";
import { UserError } from "../numerics/user-error.ts";
import { parseAnnotations, parseJsonText } from "../store/annotation-schema.ts";
import { raterSchema, ratingAnswersSchema } from "../store/rating-schema.ts";
import { parseCsv, renderCsv } from "./csv.ts";
import { type FiledRow, RATING_COLUMNS, type RatingRow } from "./rating-rows.ts";

/** How a file of ratings is written. */
export type RatingFormat = "csv" | "jsonl";

const answers = ratingAnswersSchema.shape;
const optionalText = z.string().nullable().optional();

const rowSchema = z.strictObject({
  session: optionalText,
  rater: raterSchema,
  unit: z.int().min(1),
  interval: z.int().min(1).max(INTERVALS),
  interpretation: answers.interpretation.optional(),
  confidence: answers.confidence.optional(),
  consistency: answers.consistency.element.optional(),
  logits: answers.logits.optional(),
  separation: answers.separation.optional(),
  specificity: answers.specificity.optional(),
  score: z.number().nullable().optional(),
  kind: optionalText,
  run: optionalText,
  dictionary: optionalText,
  feature: z.int().min(0).nullable().optional(),
  updated: optionalText,
} satisfies Record<(typeof RATING_COLUMNS)[number], z.ZodType>);

const NUMBERS: ReadonlySet<string> = new Set([
  ...["unit", "interval", "confidence", "consistency", "logits", "separation", "specificity", "score", "feature"],
]);
/** No interpretation was found; an empty cell says that the question is open. */
const NONE = "(none)";
const BYTE_ORDER_MARK = /^\ufeff/;

/** Rows as text, a line each. */
export function renderRatings(rows: readonly RatingRow[], format: RatingFormat): string {
  if (format === "jsonl") return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const cells = rows.map((row) =>
    RATING_COLUMNS.map((name) => (name === "interpretation" && row[name] === "" ? NONE : String(row[name] ?? ""))),
  );
  return renderCsv([RATING_COLUMNS, ...cells]);
}

/** The rows of a file, each checked by itself; a `UserError` names the line and what is wrong with it. */
export function parseRatings(text: string, format: RatingFormat, path: string): FiledRow[] {
  const lines = format === "csv" ? readCsv(text, path) : readJsonLines(text, path);
  if (lines.length === 0) throw new UserError(`${path} holds no ratings`, 2);
  return lines.map(({ where, value }) => ({
    where,
    row: parseAnnotations(rowSchema, value, where) as FiledRow["row"],
  }));
}

function readJsonLines(text: string, path: string) {
  const lines = text.replace(BYTE_ORDER_MARK, "").split("\n");
  return lines.flatMap((line, i) => {
    const where = `${path}, line ${i + 1}`;
    return line.trim() === "" ? [] : [{ where, value: parseJsonText(line, where) }];
  });
}

function readCsv(text: string, path: string) {
  const [head, ...rows] = parseCsv(text.replace(BYTE_ORDER_MARK, ""), path);
  const names = head?.cells.map((cell) => cell.trim()) ?? [];
  const unknown = names.find((name) => !(RATING_COLUMNS as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new UserError(
      `${path}, line 1: there is no column ${JSON.stringify(unknown)}, wanted some of ${RATING_COLUMNS.join(", ")}`,
      2,
    );
  return rows.map(({ line, cells }) => {
    const where = `${path}, line ${line}`;
    if (cells.length !== names.length)
      throw new UserError(`${where}: got ${cells.length} cells, the first line has ${names.length}`, 2);
    return { where, value: Object.fromEntries(names.map((name, i) => [name, readCell(name, cells[i]!, where)])) };
  });
}

function readCell(name: string, cell: string, where: string): string | number | null {
  const text = cell.trim();
  if (text === "") return null;
  if (name === "interpretation" && text === NONE) return "";
  if (!NUMBERS.has(name)) return text;
  if (!/^\d+$/.test(text))
    throw new UserError(`${where}: ${name} is ${JSON.stringify(text)}, wanted a whole number`, 2);
  return Number(text);
}
