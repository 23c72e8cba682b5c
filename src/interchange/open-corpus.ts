import type { Readable } from "node:stream";
import { UserError } from "../numerics/user-error.ts";
import type { Document } from "../text/document.ts";
import type { OnCorpusWarning } from "./corpus-warning.ts";
import { decodeText } from "./decode-text.ts";
import { guessDomain } from "./guess-domain.ts";
import { type CorpusFile, locateCorpus, STANDARD_INPUT, textExtension } from "./locate-corpus.ts";
import { readBytes } from "./read-bytes.ts";
import { readJsonLines } from "./read-json-lines.ts";
import { splitParagraphs } from "./split-paragraphs.ts";
import { UnusableFileError } from "./unusable-file-error.ts";

const MAX_LINE_BYTES = 64 * 2 ** 20;
const MAX_DOCUMENT_CHARACTERS = 16_384;
const SNIFFED_BYTES = 2 ** 20;

/** How a corpus is opened. */
export interface OpenCorpusOptions {
  /** Read for the location `-`; the process's standard input unless given. */
  readonly stdin?: Readable;
  readonly signal?: AbortSignal;
  readonly onWarning?: OnCorpusWarning;
  /** Told the bytes taken from disk as they are read; their sum reaches `measureCorpus().bytes`. */
  readonly onBytesRead?: (bytes: number) => void;
  /** Plain text longer than this many UTF-16 units becomes several documents. Default 16,384. */
  readonly maxDocumentCharacters?: number;
  /** Longest JSON line in bytes. Default 64 MiB. */
  readonly maxLineBytes?: number;
}

type Settings = Required<Omit<OpenCorpusOptions, "signal">> & { readonly signal: AbortSignal | undefined };

/**
 * Streams the documents of text files, source files, folders, globs, `.jsonl`, `.gz` of these, and `-` (standard input): memory
 * holds one document and one chunk whatever the corpus's size. Binary and unreadable files are skipped with a warning inside a
 * folder or glob and are a UserError when named; a corpus without any text is a UserError.
 */
export async function* openCorpus(
  locations: readonly string[],
  options: OpenCorpusOptions = {},
): AsyncGenerator<Document> {
  const settings = resolveOptions(options);
  let documents = 0;
  for await (const file of locateCorpus(locations, settings.onWarning)) {
    for await (const document of openFile(file, settings)) {
      settings.signal?.throwIfAborted();
      documents++;
      yield document;
    }
  }
  if (documents === 0) throw emptyCorpus(locations);
}

/** What a corpus holds, without reading it. */
export interface CorpusSize {
  readonly files: number;
  /** Bytes on disk (packed, for `.gz`); standard input and pipes count 0. */
  readonly bytes: number;
  /** Files whose size is not known beforehand: standard input and pipes. */
  readonly unsizedFiles: number;
}

/** Counts the files and bytes behind `locations`, for progress and estimates; throws as `openCorpus` does for missing paths. */
export async function measureCorpus(locations: readonly string[]): Promise<CorpusSize> {
  let files = 0;
  let bytes = 0;
  let unsizedFiles = 0;
  for await (const file of locateCorpus(locations)) {
    files++;
    bytes += file.bytes ?? 0;
    unsizedFiles += Number(file.bytes === undefined);
  }
  return { files, bytes, unsizedFiles };
}

function resolveOptions(options: OpenCorpusOptions): Settings {
  return {
    stdin: options.stdin ?? process.stdin,
    signal: options.signal,
    onWarning: options.onWarning ?? (() => {}),
    onBytesRead: options.onBytesRead ?? (() => {}),
    maxDocumentCharacters: options.maxDocumentCharacters ?? MAX_DOCUMENT_CHARACTERS,
    maxLineBytes: options.maxLineBytes ?? MAX_LINE_BYTES,
  };
}

async function* openFile(file: CorpusFile, settings: Settings): AsyncGenerator<Document> {
  let documents = 0;
  try {
    for await (const document of readDocuments(file, settings)) {
      documents++;
      yield document;
    }
  } catch (error) {
    if (!(error instanceof UnusableFileError)) throw error;
    if (file.origin === "named") throw unusable(file, error);
    const kept = documents === 0 ? "skipped" : "read up to there";
    settings.onWarning({ kind: error.kind, path: file.path, message: `${kept}, the file ${error.message}` });
    return;
  }
  if (documents === 0) settings.onWarning({ kind: "empty", path: file.path, message: "holds no text" });
}

async function* readDocuments(file: CorpusFile, settings: Settings): AsyncGenerator<Document> {
  const bytes = readBytes(file, settings);
  const extension = textExtension(file.path);
  if (extension === "jsonl" || extension === "ndjson") {
    yield* readJsonLines(bytes, jsonLinesOptions(file, settings));
  } else if (file.bytes === undefined) {
    const { isJsonLines, chunks } = await sniffJsonLines(bytes);
    yield* isJsonLines ? readJsonLines(chunks, jsonLinesOptions(file, settings)) : readText(chunks, file, settings);
  } else yield* readText(bytes, file, settings);
}

function jsonLinesOptions(file: CorpusFile, settings: Settings) {
  return { ...settings, path: nameOf(file), labels: { domain: "text", source: file.source } };
}

async function* readText(chunks: AsyncIterable<Uint8Array>, file: CorpusFile, settings: Settings) {
  const labels = { domain: guessDomain(textExtension(file.path)), source: file.source };
  for await (const text of splitParagraphs(decodeText(chunks), settings.maxDocumentCharacters)) {
    if (text.trim() !== "") yield { text, labels };
  }
}

async function sniffJsonLines(bytes: AsyncGenerator<Uint8Array>) {
  const taken: Uint8Array[] = [];
  let start = "";
  while (start.length < SNIFFED_BYTES && !start.trimStart().includes("\n")) {
    const { value, done } = await bytes.next();
    if (done) break;
    taken.push(value);
    start += Buffer.from(value).toString("latin1");
  }
  const chunks = async function* () {
    try {
      yield* taken;
      yield* bytes;
    } finally {
      await bytes.return(undefined);
    }
  };
  return { isJsonLines: looksLikeJsonLine(start.trimStart()), chunks: chunks() };
}

function looksLikeJsonLine(start: string): boolean {
  if (!start.startsWith("{")) return false;
  const end = start.indexOf("\n");
  if (end < 0 && start.length >= SNIFFED_BYTES) return /^\{\s*"/.test(start);
  try {
    JSON.parse(end < 0 ? start : start.slice(0, end));
    return true;
  } catch {
    return false;
  }
}

function nameOf(file: CorpusFile): string {
  return file.path === STANDARD_INPUT ? "standard input" : file.path;
}

function unusable(file: CorpusFile, error: UnusableFileError): UserError {
  const mend = {
    binary: "wanted UTF-8 text, convert it or leave it out",
    unreadable: "check its permissions and that it is a file of text",
  }[error.kind];
  return new UserError(`corpus file ${JSON.stringify(nameOf(file))} ${error.message}; ${mend}`);
}

function emptyCorpus(locations: readonly string[]): UserError {
  const names = locations.map((location) => JSON.stringify(location)).join(", ") || "no location";
  return new UserError(`the corpus (${names}) holds no text; give files, folders or globs with at least one document`);
}
