import { Hono } from "hono";
import { compress } from "hono/compress";
import { ANALYSIS_NAMES } from "../analysis/analyses.ts";
import { addAnnotationRoutes } from "./annotation-routes.ts";
import { type App, IMMUTABLE, type RequestContext, sendError } from "./answers.ts";
import { readSession } from "./describe-session.ts";
import { addDictionaryRoutes } from "./dictionary-routes.ts";
import type { FeaturePacks } from "./feature-packs.ts";
import type { ServerEnvironment } from "./guards.ts";
import type { LabelClient } from "./label-client.ts";
import { listPreloads } from "./list-preloads.ts";
import type { LivePool } from "./live-pool.ts";
import { addLiveRoutes } from "./live-routes.ts";
import { addRatingRoutes } from "./rating-routes.ts";
import { Refused } from "./refused.ts";
import type { RunCatalogue } from "./run-catalogue.ts";
import { addRunRoutes } from "./run-routes.ts";
import type { WebAsset, WebAssets } from "./web-assets.ts";

/** What is served: runs and the packs of their dictionaries. */
export interface DataOptions {
  readonly catalogue: RunCatalogue;
  readonly packs: FeaturePacks;
  /** Ends the event streams. */
  readonly signal: AbortSignal;
}

/** What the server answers from. */
export interface AppOptions extends DataOptions {
  readonly labels: LabelClient;
  readonly live: LivePool;
  readonly assets: WebAssets;
  /** Whether labels and lists may be written. */
  readonly writable: boolean;
}

const SHOWN_PATH = 100;

/** Long JSON; records and tables are small or hardly become smaller. */
const COMPRESSED = [
  "/api/runs",
  "/api/runs/:run{[^/]+}",
  "/api/runs/:run/:file{vocabulary|tokenizer|lists|annotations.json}",
  "/api/d/:id/:part{annotations|search}",
  "/api/d/:id{[^/]+}",
  "/api/d/:id/analyses/*",
  "/api/d/:id/interpretations",
  "/api/d/:id/features/:n/scored",
  "/api/compare/*",
  "/api/runs/:run/ratings/*",
];
const WORTH_COMPRESSING = 4096;

/** Addresses of the page; what it shows at each is the page's own matter (web/route.ts). */
const PAGES = [
  "/",
  "/runs/:run",
  "/lists",
  "/lists/:run/:list",
  "/help",
  "/rate",
  "/rate/:run/:session",
  "/rate/:run/:session/report",
  "/compare/:left/:right",
  "/d/:dictionary",
  `/d/:dictionary/:page{f|prompt|steer|texts|analyses|${ANALYSIS_NAMES.join("|")}}`,
  "/d/:dictionary/f/:feature",
];

/** The routes: data under `/api`, the built page's files, and the page itself for the addresses it knows. */
export function createApp(options: AppOptions): App {
  const app: App = new Hono<ServerEnvironment>();
  for (const path of COMPRESSED) app.use(path, compress({ threshold: WORTH_COMPRESSING }));
  addRunRoutes(app, options);
  addDictionaryRoutes(app, options);
  addAnnotationRoutes(app, options);
  addRatingRoutes(app, options);
  addLiveRoutes(app, options);
  app.get("/api/session", async (context) => context.json(await readSession(options)));
  app.all("/api/*", (context) => {
    throw new Refused(404, `there is no ${context.req.method} ${context.req.path.slice(0, SHOWN_PATH)} here`);
  });
  for (const path of PAGES)
    app.get(path, (context) => {
      const links = listPreloads(context.req.path, options);
      if (links !== undefined) context.header("Link", links);
      return sendPage(context, options.assets, 200);
    });
  app.get("*", (context) => {
    const asset = options.assets.get(context.req.path);
    return asset === undefined ? sendPage(context, options.assets, 404) : sendAsset(context, asset, 200);
  });
  app.notFound((context) => context.json({ error: "pages are only read" }, 405, { Allow: "GET, HEAD" }));
  app.onError((error, context) => sendError(context, error));
  return app;
}

function sendPage(context: RequestContext, assets: WebAssets, status: 200 | 404): Response {
  const page = assets.get("/index.html");
  if (page === undefined) return context.text("The page has not been built: run npm run build, then start again.", 503);
  return sendAsset(context, page, status);
}

function sendAsset(context: RequestContext, asset: WebAsset, status: 200 | 404): Response {
  const cache = asset.immutable ? IMMUTABLE : "no-cache";
  const headers = { "Content-Type": asset.type, "Cache-Control": cache, ETag: asset.etag, Vary: "Accept-Encoding" };
  if (status === 200 && context.req.header("if-none-match") === asset.etag) return context.body(null, 304, headers);
  const zipped = context.req.header("accept-encoding")?.includes("gzip") === true;
  if (!zipped) return context.body(asset.body, status, headers);
  return context.body(asset.gzip, status, { ...headers, "Content-Encoding": "gzip" });
}
