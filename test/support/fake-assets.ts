import type { WebAssets } from "../../src/server/web-assets.ts";

/** A page of one line and a script, whose compressed forms can be told from the plain ones. */
export function createFakeAssets(): WebAssets {
  const asset = (text: string, type: string, immutable: boolean) => ({
    body: new TextEncoder().encode(text),
    gzip: new TextEncoder().encode("zipped"),
    type,
    etag: '"tag"',
    immutable,
  });
  return new Map([
    ["/index.html", asset("<!doctype html>page", "text/html; charset=utf-8", false)],
    ["/assets/page-abc.js", asset("let page;", "text/javascript; charset=utf-8", true)],
  ]);
}
