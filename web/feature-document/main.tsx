import { render } from "preact";
import { DOCUMENT_ADDRESS, type FeatureDocument } from "../../src/site/feature-document.ts";
import { fetchJson } from "../data/fetch-data.ts";
import { followLinks, placeAddress } from "../location-state.ts";
import { rewriteLinks } from "../rewrite-links.ts";
import "../styles/feature-document.css";
import { DocumentPage } from "./document-page.tsx";

void start();

/** Shows the features that are in this file; links to others are plain text. */
async function start(): Promise<void> {
  const shown = await fetchJson<FeatureDocument>(DOCUMENT_ADDRESS);
  const paths = new Set(shown.items.map(({ dictionary, feature }) => `/d/${dictionary}/f/${feature}`));
  rewriteLinks((address) => (paths.has(address.split("?")[0]!) ? placeAddress(address) : undefined));
  followLinks();
  render(<DocumentPage shown={shown} />, document.getElementById("app")!);
}
