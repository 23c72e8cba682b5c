import { Hono } from "hono";
import { compress } from "hono/compress";
import { type App, type RequestContext, refuse } from "./answers.ts";
import { readSession } from "./describe-session.ts";
import { addDictionaryRoutes } from "./dictionary-routes.ts";
import type { FeaturePacks } from "./feature-packs.ts";
import { createGuard, type ServerEnvironment, setSecurityHeaders } from "./guards.ts";
import type { RunCatalogue } from "./run-catalogue.ts";
import { addRunRoutes } from "./run-routes.ts";
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

/** The routes: data under `/api`, the built page's files, and the page itself for the addresses it knows. */
export function createApp(options: AppOptions): App {
  const app: App = new Hono<ServerEnvironment>();
  app.use(setSecurityHeaders, createGuard(options.port));
  app.use("/api/*", compress());
  addRunRoutes(app, options);
  addDictionaryRoutes(app, options);
  app.get("/api/session", async (context) => context.json(await readSession(options.catalogue)));
  app.get("/api/*", (context) => refuse(context, `there is no ${context.req.path} here`));
  for (const path of PAGES) app.get(path, (context) => sendPage(context, options.assets, 200));
  app.get("*", (context) => {
    const asset = options.assets.get(context.req.path);
    return asset === undefined ? sendPage(context, options.assets, 404) : sendAsset(context, asset, 200);
  });
  app.onError((error, context) => context.json({ error: `the server could not answer: ${error.message}` }, 500));
  return app;
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
