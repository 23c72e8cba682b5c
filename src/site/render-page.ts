import { CONTENT_SECURITY_POLICY } from "../server/guards.ts";
import type { WebAssets } from "../server/web-assets.ts";
import { renderDataBlock } from "./feature-document.ts";
import { SITE_INDEX_ID, type SiteIndex } from "./site-index.ts";

/** Directives that a `<meta>` cannot give. */
const HEADER_ONLY = /^frame-ancestors /;
const EMPTY_APP = '<div id="app"></div>';
const WAITING = "Loading. Opened as a file, this page stays empty: browsers want it from a web server.";

/**
 * The files of the page of a static copy: those of the served page, with addresses relative to wherever it is put, and the
 * security policy and the index of the data within `index.html`, since a host of files sends neither headers nor answers.
 */
export function renderSitePage(assets: WebAssets, index: SiteIndex): ReadonlyMap<string, Uint8Array> {
  return new Map(
    [...assets].map(([path, { body }]) => [
      path.slice(1),
      path === "/index.html" ? new TextEncoder().encode(renderIndex(new TextDecoder().decode(body), index)) : body,
    ]),
  );
}

function renderIndex(page: string, index: SiteIndex): string {
  const policy = CONTENT_SECURITY_POLICY.filter((directive) => !HEADER_ONLY.test(directive)).join("; ");
  const head = [
    `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    '<meta name="referrer" content="no-referrer" />',
  ];
  const block = `<script type="application/json" id="${SITE_INDEX_ID}">${renderDataBlock(index)}</script>`;
  return page
    .replaceAll(/ (src|href)="\/(?!\/)/g, ' $1="./')
    .replace("<head>", () => ["<head>", ...head].join("\n    "))
    .replace(EMPTY_APP, () => `<div id="app"><p class="pending">${WAITING}</p></div>\n    ${block}`);
}
