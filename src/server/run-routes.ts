import { streamSSE } from "hono/streaming";
import { type App, type RequestContext, refuse, sendFile } from "./answers.ts";
import type { AppOptions } from "./create-app.ts";
import { describeRun, detailRun } from "./describe-run.ts";
import { followRun } from "./follow-run.ts";
import { readVocabulary } from "./read-vocabulary.ts";
import type { ServedRun } from "./run-catalogue.ts";

/** What is known about runs: lists, details, events, and the files that a page needs to compute by itself. */
export function addRunRoutes(app: App, { catalogue, packs, signal }: AppOptions): void {
  const withRun =
    (answer: (context: RequestContext, run: ServedRun) => Response | Promise<Response>) =>
    (context: RequestContext): Response | Promise<Response> => {
      const run = catalogue.findRun(context.req.param("run") ?? "");
      if (run !== undefined) return answer(context, run);
      const names = catalogue.runs.map(({ id }) => id).join(", ") || "none";
      return refuse(context, `no run of that name is served here; there is ${names}`);
    };
  app.get("/api/runs", async (context) => {
    const runs = await Promise.all(catalogue.runs.map((run) => describeRun(catalogue, packs, run)));
    return context.json({ runs });
  });
  app.get(
    "/api/runs/:run",
    withRun(async (context, run) => context.json(await detailRun(catalogue, packs, run))),
  );
  app.get(
    "/api/runs/:run/vocabulary",
    withRun(async (context, run) => {
      const vocabulary = await readVocabulary(run.paths.corpus.tokenizer);
      return vocabulary === null ? refuse(context, NO_TOKENIZER) : context.json(vocabulary);
    }),
  );
  app.get(
    "/api/runs/:run/events",
    withRun((context, run) =>
      streamSSE(context, async (stream) => {
        const gone = new AbortController();
        stream.onAbort(() => gone.abort());
        for await (const event of followRun(run, AbortSignal.any([gone.signal, signal])))
          await stream.writeSSE({ data: JSON.stringify(event) });
      }),
    ),
  );
  for (const { name, type, path, missing } of FILES)
    app.get(
      `/api/runs/:run/${name}`,
      withRun((context, run) => sendFile(context, path(run), type, missing)),
    );
}

const NO_TOKENIZER = "the tokenizer has not been trained yet";
const NO_MODEL = "the run has no model yet";
const FILES = [
  {
    name: "tokenizer",
    type: "application/json",
    path: ({ paths }: ServedRun) => paths.corpus.tokenizer,
    missing: NO_TOKENIZER,
  },
  {
    name: "model-config",
    type: "application/json",
    path: ({ paths }: ServedRun) => paths.model.config,
    missing: NO_MODEL,
  },
  {
    name: "model",
    type: "application/octet-stream",
    path: ({ paths }: ServedRun) => paths.model.weights,
    missing: NO_MODEL,
  },
] as const;
