import { streamSSE } from "hono/streaming";
import { type App, sendFile, sendMadeOf } from "./answers.ts";
import type { ListedRun } from "./api.ts";
import type { DataOptions } from "./create-app.ts";
import { describeRun, detailRun } from "./describe-run.ts";
import { createDoctorVerdicts } from "./doctor-verdicts.ts";
import { findRun, parseNumber } from "./find-served.ts";
import { followRun } from "./follow-run.ts";
import { readContext } from "./read-context.ts";
import { readVocabulary } from "./read-vocabulary.ts";
import type { ServedRun } from "./run-catalogue.ts";

const JSON_TYPE = "application/json";
const NO_TOKENIZER = "the tokenizer has not been trained yet";
const NO_MODEL = "the run has no model yet";

/** The files of a run from which a page computes by itself. */
const FILES = [
  { name: "tokenizer", type: JSON_TYPE, path: (run: ServedRun) => run.paths.corpus.tokenizer, missing: NO_TOKENIZER },
  { name: "model-config", type: JSON_TYPE, path: (run: ServedRun) => run.paths.model.config, missing: NO_MODEL },
  {
    name: "model",
    type: "application/octet-stream",
    path: (run: ServedRun) => run.paths.model.weights,
    missing: NO_MODEL,
  },
] as const;

/** What is known about runs: lists, details, events, and the files that a page needs to compute by itself. */
export function addRunRoutes(app: App, { catalogue, packs, signal }: DataOptions): void {
  const doctor = createDoctorVerdicts();
  app.get("/api/runs", async (context) => {
    const runs = catalogue.runs.map(async (run): Promise<ListedRun> => {
      const summary = await describeRun(catalogue, packs, run);
      return { ...summary, doctor: await doctor.read(run, summary) };
    });
    return context.json({ runs: await Promise.all(runs) });
  });
  app.get("/api/runs/:run", async (context) => {
    return context.json(await detailRun(catalogue, packs, findRun(context, catalogue)));
  });
  app.get("/api/runs/:run/vocabulary", (context) => {
    const { tokenizer } = findRun(context, catalogue).paths.corpus;
    return sendMadeOf(context, tokenizer, readVocabulary, NO_TOKENIZER);
  });
  app.get("/api/runs/:run/contexts/:n", async (context) => {
    return context.json(await readContext(findRun(context, catalogue), parseNumber(context.req.param("n"))));
  });
  app.get("/api/runs/:run/events", (context) => {
    const run = findRun(context, catalogue);
    return streamSSE(context, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      for await (const event of followRun(run, AbortSignal.any([gone.signal, signal])))
        await stream.writeSSE({ data: JSON.stringify(event) });
    });
  });
  for (const { name, type, path, missing } of FILES)
    app.get(`/api/runs/:run/${name}`, (context) => sendFile(context, path(findRun(context, catalogue)), type, missing));
}
