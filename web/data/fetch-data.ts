import type { SiteIndex } from "../../src/site/site-index.ts";
import { readSiteFiles, readSiteIndex } from "../site-index.ts";
import type { DataSource, EventListeners } from "./data-source.ts";
import { createEmbeddedReader, createFolderReader } from "./read-site-file.ts";
import { servedSource } from "./served-source.ts";
import { createStaticSource } from "./static-source.ts";

let source: DataSource | undefined;

/** The JSON behind an address of the server; throws an `Error` with a sentence. */
export async function fetchJson<T>(address: string, signal?: AbortSignal): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await fetchBytes(address, signal))) as T;
}

/** The bytes behind an address of the server; throws an `Error` with a sentence. */
export function fetchBytes(address: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  return findSource().fetchBytes(address, signal);
}

/** Whether there may be anything behind an address of the server: a copy knows what it holds. */
export function canFetch(address: string): boolean {
  const index = readSiteIndex();
  return index === undefined || index.answers[address] !== undefined;
}

/** Sends a change to an address of the server and gives its answer; a static copy refuses with a sentence. */
export async function sendJson<T>(method: "POST" | "PUT" | "DELETE", address: string, body?: unknown): Promise<T> {
  return (await findSource().send(method, address, body)) as T;
}

/** The JSON values of the lines that an address of the server answers a question with, as they come; throws an `Error` with a sentence. */
export function streamLines<T>(address: string, body: unknown, signal: AbortSignal): AsyncGenerator<T> {
  return findSource().streamLines(address, body, signal) as AsyncGenerator<T>;
}

/** Listens to the events of an address until the function returned is called. */
export function openEvents(address: string, listeners: EventListeners): () => void {
  return findSource().openEvents(address, listeners);
}

/** A file of the page itself, by its name beside `index.html`; throws an `Error` with a sentence. */
export async function fetchPart(name: string): Promise<string> {
  const address = readSiteIndex() === undefined ? `/${name}` : new URL(name, document.baseURI);
  const response = await fetch(address).catch(() => undefined);
  if (response?.ok !== true) throw new Error(`${name} of this page cannot be reached.`);
  return response.text();
}

/** Chosen when data are first asked for: a module that is only imported needs no page around it. */
function findSource(): DataSource {
  source ??= chooseSource(readSiteIndex(), readSiteFiles());
  return source;
}

function chooseSource(index: SiteIndex | undefined, files: Readonly<Record<string, string>> | undefined): DataSource {
  if (index === undefined) return servedSource;
  const reader = files === undefined ? createFolderReader(index.folder, document.baseURI) : createEmbeddedReader(files);
  return createStaticSource(index, reader);
}
