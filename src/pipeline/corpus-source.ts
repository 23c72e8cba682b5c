import { statSync } from "node:fs";
import { join } from "node:path";
import { createBuiltinCorpus } from "../interchange/builtin-corpus.ts";
import { locateCorpus } from "../interchange/locate-corpus.ts";
import { measureCorpus, openCorpus } from "../interchange/open-corpus.ts";
import { UserError } from "../numerics/user-error.ts";
import { hashValue } from "../store/stage-record.ts";
import { writePartsAtomically } from "../store/write-atomically.ts";
import type { Document } from "../text/document.ts";
import type { Experiment } from "./experiment.ts";

/** Text that can be read more than once, always in the same order. */
export interface CorpusSource {
  readonly open: (listener: CorpusListener) => AsyncIterable<Document>;
  /** The sum of what `onBytesRead` is told: for progress. */
  readonly bytes: number;
}

/** Told what happens while a corpus is read. */
export interface CorpusListener {
  readonly onWarning: (sentence: string) => void;
  readonly onBytesRead: (bytes: number) => void;
}

/** The text an experiment learns from, or is judged on; standard input is first kept as a file in `folder`. */
export async function openSource(
  sources: readonly string[],
  experiment: Experiment,
  folder: string,
): Promise<CorpusSource> {
  if (sources.includes("builtin")) {
    if (sources.length > 1)
      throw new UserError("the builtin corpus cannot be mixed with other text: name one or the other", 2);
    const { builtinBytes: bytes } = experiment.corpus;
    return {
      open: (listener) => countBytes(createBuiltinCorpus({ bytes, seed: experiment.seed, ...listener }), listener),
      bytes,
    };
  }
  const paths = sources.includes("-") ? await keepStandardInput(sources, folder) : sources;
  const { bytes } = await measureCorpus(paths);
  const open = ({ onWarning, onBytesRead }: CorpusListener) =>
    openCorpus(paths, { onBytesRead, onWarning: ({ path, message }) => onWarning(`${path}: ${message}`) });
  return { open, bytes };
}

/** What tells whether the text is still the same without reading it: path, size and time of change of every file. */
export async function fingerprintSources(sources: readonly string[]): Promise<string> {
  const files: unknown[] = [];
  const onDisk = sources.filter((source) => source !== "builtin" && source !== "-");
  if (onDisk.length > 0)
    for await (const file of locateCorpus(onDisk)) files.push([file.path, file.bytes, statSync(file.path).mtimeMs]);
  return hashValue([sources, files]);
}

async function* countBytes(
  documents: AsyncIterable<Document>,
  { onBytesRead }: CorpusListener,
): AsyncGenerator<Document> {
  for await (const document of documents) {
    yield document;
    onBytesRead(Buffer.byteLength(document.text));
  }
}

async function keepStandardInput(sources: readonly string[], folder: string): Promise<string[]> {
  const path = join(folder, "standard-input.jsonl");
  const lines: Uint8Array[] = [];
  for await (const { text, labels } of openCorpus(["-"]))
    lines.push(Buffer.from(`${JSON.stringify({ ...labels, text })}\n`));
  writePartsAtomically(path, lines);
  return sources.map((source) => (source === "-" ? path : source));
}
