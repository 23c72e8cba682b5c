import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import { streamSSE } from "hono/streaming";
import type { FeaturePack } from "../store/feature-pack.ts";
import { describeRun, detailDictionary, detailRun } from "./describe-run.ts";
import type { FeaturePacks } from "./feature-packs.ts";
import { followRun } from "./follow-run.ts";
import { createGuard, type ServerEnvironment, setSecurityHeaders } from "./guards.ts";
import { readVocabulary } from "./read-vocabulary.ts";
import type { RunCatalogue } from "./run-catalogue.ts";
import type { WebAsset, WebAssets } from "./web-assets.ts";

/** What the server answers from. */
export interface AppOptions {
  readonly catalogue: RunCatalogue;
  readonly packs: FeaturePacks;
  readonly assets: WebAssets;
  /** Port that may stand in the Host header. */
  readonly port: () => number;
  /** Ends the event streams. */
  readonly signal: AbortSignal;
}

/** Addresses of the page; what it shows at each is the page's own matter (web/route.ts). */
const PAGES = [
  "/",
  "/runs/:run",
  "/lists",
  "/lists/:run/:list",
  "/help",
  "/d/:dictionary",
  "/d/:dictionary/:page{f|prompt|steer|texts}",
  "/d/:dictionary/f/:feature",
];

type App = Hono<ServerEnvironment>;
type RequestContext = Context<ServerEnvironment>;

/** The routes: data under `/api`, the built page's files, and the page itself for the addresses it knows. */
export function createApp(options: AppOptions): App {
  const app: App = new Hono<ServerEnvironment>();
  app.use(setSecurityHeaders, createGuard(options.port));
  app.use("/api/*", compress());
  addRunRoutes(app, options);
  addDictionaryRoutes(app, options);
  app.get("/api/*", (context) => refuse(context, `there is no ${context.req.path} here`));
  for (const path of PAGES) app.get(path, (context) => sendPage(context, options.assets, 200));
  app.get("*", (context) => {
    const asset = options.assets.get(context.req.path);
    return asset === undefined ? sendPage(context, options.assets, 404) : sendAsset(context, asset, 200);
  });
  app.onError((error, context) => context.json({ error: `the server could not answer: ${error.message}` }, 500));
  return app;
}

function addRunRoutes(app: App, { catalogue, packs, signal }: AppOptions): void {
  app.get("/api/runs", async (context) => {
    const runs = await Promise.all(catalogue.runs.map((run) => describeRun(catalogue, packs, run)));
    return context.json({ runs });
  });
  app.get("/api/runs/:run", async (context) => {
    const run = catalogue.findRun(context.req.param("run"));
    if (run === undefined) return refuse(context, unknownRun(catalogue));
    return context.json(await detailRun(catalogue, packs, run));
  });
  app.get("/api/runs/:run/vocabulary", async (context) => {
    const run = catalogue.findRun(context.req.param("run"));
    if (run === undefined) return refuse(context, unknownRun(catalogue));
    const vocabulary = await readVocabulary(run.paths.corpus.tokenizer);
    return vocabulary === null ? refuse(context, "the tokenizer has not been trained yet") : context.json(vocabulary);
  });
  app.get("/api/runs/:run/events", (context) => {
    const run = catalogue.findRun(context.req.param("run"));
    if (run === undefined) return refuse(context, unknownRun(catalogue));
    return streamSSE(context, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      for await (const event of followRun(run, AbortSignal.any([gone.signal, signal])))
        await stream.writeSSE({ data: JSON.stringify(event) });
    });
  });
}

function addDictionaryRoutes(app: App, options: AppOptions): void {
  const { catalogue, packs } = options;
  app.get("/api/d/:id", async (context) => {
    const dictionary = catalogue.findDictionary(context.req.param("id"));
    if (dictionary === undefined) return refuse(context, "no dictionary of that name is served here");
    return context.json(await detailDictionary(packs, dictionary));
  });
  app.get("/api/d/:id/pack", (context) => withPack(context, options, (pack) => context.json(pack.header)));
  app.get("/api/d/:id/table", (context) => withPack(context, options, (pack) => sendBytes(context, pack.table())));
  app.get("/api/d/:id/features/:n", (context) =>
    withPack(context, options, (pack) => {
      const text = context.req.param("n");
      const feature = /^\d{1,9}$/.test(text) ? Number(text) : -1;
      if (feature >= 0 && feature < pack.header.features) return sendBytes(context, pack.record(feature));
      return refuse(
        context,
        `there is no feature ${text.slice(0, 20)}: they are numbered 0 to ${pack.header.features - 1}`,
      );
    }),
  );
}

function withPack(
  context: RequestContext,
  { catalogue, packs }: AppOptions,
  answer: (pack: FeaturePack) => Response,
): Response {
  const dictionary = catalogue.findDictionary(context.req.param("id") ?? "");
  if (dictionary === undefined) return refuse(context, "no dictionary of that name is served here");
  const found = packs.find(dictionary);
  if (found.kind === "open") return answer(found.pack);
  if (found.kind === "damaged") return context.json({ error: found.problem }, 500);
  return refuse(context, "features of this dictionary cannot be looked at yet");
}

function unknownRun({ runs }: RunCatalogue): string {
  return `no run of that name is served here; there is ${runs.map(({ id }) => id).join(", ") || "none"}`;
}

function refuse(context: RequestContext, error: string): Response {
  return context.json({ error }, 404);
}

function sendBytes(context: RequestContext, bytes: Uint8Array): Response {
  return context.body(new Uint8Array(bytes), 200, {
    "Content-Type": "application/octet-stream",
    "Cache-Control": "no-cache",
  });
}

function sendPage(context: RequestContext, assets: WebAssets, status: 200 | 404): Response {
  const page = assets.get("/index.html");
  if (page === undefined) return context.text("The page has not been built: run npm run build, then start again.", 503);
  return sendAsset(context, page, status);
}

function sendAsset(context: RequestContext, asset: WebAsset, status: 200 | 404): Response {
  const cache = asset.immutable ? "private, max-age=31536000, immutable" : "no-cache";
  const headers = { "Content-Type": asset.type, "Cache-Control": cache, ETag: asset.etag, Vary: "Accept-Encoding" };
  if (status === 200 && context.req.header("if-none-match") === asset.etag) return context.body(null, 304, headers);
  const zipped = context.req.header("accept-encoding")?.includes("gzip") === true;
  if (!zipped) return context.body(asset.body, status, headers);
  return context.body(asset.gzip, status, { ...headers, "Content-Encoding": "gzip" });
}
