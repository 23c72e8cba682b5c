import type { LabelOptions } from "./annotation-routes.ts";
import { type App, sendJson } from "./answers.ts";
import { findRun, parseNumber } from "./find-served.ts";
import { readBody } from "./read-body.ts";
import { Refused } from "./refused.ts";

const LARGEST_RATING = 10_000;
const TYPES = { csv: "text/csv; charset=utf-8", jsonl: "application/x-ndjson" } as const;
const SESSION = "/api/runs/:run/ratings/:session";

/** Blind rating: sessions, what is seen of a unit, a rater's answers, and once all have finished, the report. */
export function addRatingRoutes(app: App, { catalogue, labels }: LabelOptions): void {
  const find = (context: Parameters<typeof findRun>[0]) => {
    const path = findRun(context, catalogue).paths.ratings;
    return [path, context.req.param("session") ?? ""] as const;
  };
  app.get("/api/runs/:run/ratings", async (context) => {
    return sendJson(context, await labels.ask("ratingSessions", find(context)[0]));
  });
  app.get(`${SESSION}/progress`, async (context) => {
    const rater = (context.req.query("rater") ?? "").trim();
    return sendJson(context, required(await labels.ask("ratingProgress", ...find(context), rater)));
  });
  app.get(`${SESSION}/report`, async (context) => {
    return sendJson(context, required(await labels.ask("ratingReport", ...find(context))));
  });
  app.get(`${SESSION}/:file{ratings.csv|ratings.jsonl}`, async (context) => {
    const format = context.req.param("file") === "ratings.csv" ? "csv" : "jsonl";
    const text = required(await labels.ask("ratingFile", ...find(context), format));
    if (text === "")
      throw new Refused(409, "the files say what each unit was: they wait until everybody who began is done");
    return context.body(text, 200, { "Content-Type": TYPES[format], "Cache-Control": "no-cache" });
  });
  app.get(`${SESSION}/units/:unit`, async (context) => {
    const unit = parseNumber(context.req.param("unit"));
    return sendJson(context, required(await labels.ask("ratingUnit", ...find(context), unit)));
  });
  app.put(`${SESSION}/units/:unit`, async (context) => {
    const unit = parseNumber(context.req.param("unit"));
    const body = await readBody(context, LARGEST_RATING);
    return sendJson(context, required(await labels.ask("rate", ...find(context), unit, body)));
  });
}

function required(answer: string | null): string {
  if (answer === null) throw new Refused(404, "there is no such session or unit in this run");
  return answer;
}
