import { SITE_FILES_ID, SITE_INDEX_ID, type SiteIndex } from "../src/site/site-index.ts";

/** What a static copy of the page holds; undefined where a server sent it. */
export function readSiteIndex(): SiteIndex | undefined {
  return readBlock<SiteIndex>(SITE_INDEX_ID);
}

/** The files of a copy that is a single file; undefined where they lie beside the page. */
export function readSiteFiles(): Readonly<Record<string, string>> | undefined {
  return readBlock<Readonly<Record<string, string>>>(SITE_FILES_ID);
}

function readBlock<T>(id: string): T | undefined {
  const block = document.getElementById(id);
  return block === null ? undefined : (JSON.parse(block.textContent) as T);
}
