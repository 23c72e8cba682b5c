import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { parseRoute } from "./route.ts";

/** Where the page is: everything it shows follows from this. */
export interface PageLocation {
  readonly path: string;
  readonly query: URLSearchParams;
}

const current = signal(readLocation());

/** The address shown in the browser, as state. */
export const pageLocation: ReadonlySignal<PageLocation> = current;

/** The page of the current address. */
export const route = computed(() => parseRoute(current.value.path));

/** Goes to another address of this server and to the top of its page. */
export function navigate(address: string): void {
  history.pushState(null, "", address);
  current.value = readLocation();
  scrollTo(0, 0);
}

/** Changes the query in place; empty values are left out. Does not add to the browser's history. */
export function setQuery(changes: Readonly<Record<string, string>>): void {
  const query = new URLSearchParams(current.value.query);
  for (const [name, value] of Object.entries(changes)) value === "" ? query.delete(name) : query.set(name, value);
  history.replaceState(null, "", withQuery(current.value.path, query));
  current.value = readLocation();
}

/** A path with a query, without a question mark when that is empty. */
export function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Keeps the state and the browser in step: links of this server, back and forward. */
export function followLinks(): void {
  addEventListener("popstate", () => {
    current.value = readLocation();
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const modified = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (link === null || modified || link.origin !== window.location.origin || link.hash !== "") return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

function readLocation(): PageLocation {
  const { pathname, search } = window.location;
  return { path: pathname, query: new URLSearchParams(search) };
}
