import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { parseRoute } from "./route.ts";
import { readSiteIndex } from "./site-index.ts";

/** Where the page is: everything it shows follows from this. */
export interface PageLocation {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A server knows the page's addresses; a host of files does not, so there they stand behind a `#`. */
const PREFIX = readSiteIndex() === undefined ? "" : "#";

/** Whether this is a static copy, which has no server to ask for what the copy does not hold. */
export const isCopy = PREFIX !== "";

const current = signal(readLocation());

/** The address shown in the browser, as state. */
export const pageLocation: ReadonlySignal<PageLocation> = current;

/** The page of the current address. */
export const route = computed(() => parseRoute(current.value.path));

/** Whether this is the view for a frame on somebody else's page: no header, no tools, nothing to write. */
export const isEmbedded = computed(() => current.value.query.get("embed") === "1");

/** Goes to another address of the page and to its top, or to the part it names behind a `#`. */
export function navigate(address: string): void {
  history.pushState(null, "", placeAddress(address));
  current.value = readLocation();
  const part = address.split("#")[1];
  if (part === undefined) scrollTo(0, 0);
  else requestAnimationFrame(() => showPart(part));
}

/** Changes the query in place; empty values are left out. Does not add to the browser's history. */
export function setQuery(changes: Readonly<Record<string, string>>): void {
  const query = new URLSearchParams(current.value.query);
  for (const [name, value] of Object.entries(changes)) value === "" ? query.delete(name) : query.set(name, value);
  history.replaceState(null, "", placeAddress(withQuery(current.value.path, query)));
  current.value = readLocation();
}

/** A path with a query, without a question mark when that is empty. */
export function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** What the browser's address bar says for an address of the page: the same, or behind a `#`. */
export function placeAddress(address: string): string {
  return `${PREFIX}${address}`;
}

/** The whole address of a page, to be given to others. */
export function shareAddress(address: string): string {
  return new URL(placeAddress(address), document.baseURI).href;
}

/** Keeps the state and the browser in step: links of this page, back and forward. */
export function followLinks(): void {
  addEventListener("popstate", () => {
    current.value = readLocation();
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const modified = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (link === null || modified || link.hasAttribute("download")) return;
    const address = link.getAttribute("href") ?? "";
    if (leavesFrame(address)) window.open(address, "_blank", "noopener");
    else if (address.startsWith(`${PREFIX}/`)) navigate(address.slice(PREFIX.length));
    else if (address.startsWith("#")) showPart(address.slice(1));
    else return;
    event.preventDefault();
  });
}

/** Whole pages are not made for a frame. */
function leavesFrame(address: string): boolean {
  return isEmbedded.value && address.startsWith(`${PREFIX}/`) && !/[?&]embed=1(?:&|$)/.test(address);
}

/** Brings a part of the page into view, and the keyboard to it where it can be there. */
function showPart(id: string): void {
  const part = document.getElementById(id);
  part?.scrollIntoView();
  part?.focus({ preventScroll: true });
}

function readLocation(): PageLocation {
  const { pathname, search, hash } = window.location;
  if (PREFIX === "") return { path: pathname, query: new URLSearchParams(search) };
  const [address = ""] = hash.slice(PREFIX.length).split("#");
  const [path = "", ...query] = address.split("?");
  return { path: path === "" ? "/" : path, query: new URLSearchParams(query.join("?")) };
}
