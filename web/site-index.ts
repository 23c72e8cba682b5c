import { SITE_INDEX_ID, type SiteIndex } from "../src/site/site-index.ts";

/** What a static copy of the page holds; undefined where a server sent it. */
export function readSiteIndex(): SiteIndex | undefined {
  const block = document.getElementById(SITE_INDEX_ID);
  return block === null ? undefined : (JSON.parse(block.textContent) as SiteIndex);
}
