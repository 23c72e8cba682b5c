import { UserError } from "../numerics/user-error.ts";
import type { Document } from "../text/document.ts";
import type { OnCorpusWarning } from "./corpus-warning.ts";
import { describeNotText } from "./decode-text.ts";

const NEWLINE = 0x0a;
const LABEL_CHARACTERS = 256;

/** Where JSON lines come from and what is done with them. */
export interface JsonLinesOptions {
  readonly path: string;
  /** Labels of each document, unless its line says otherwise. */
  readonly labels: Readonly<Record<string, string>>;
  /** Largest line in bytes; a longer one is an error. */
  readonly maxLineBytes: number;
  readonly onWarning: OnCorpusWarning;
}

/**
 * One document per line: its `text`, and its short string, number and boolean fields as labels. Blank lines and empty texts are
 * skipped; a line that is not an object with a string `text` is a UserError naming file and line.
 */
export async function* readJsonLines(
  chunks: AsyncIterable<Uint8Array>,
  options: JsonLinesOptions,
): AsyncGenerator<Document> {
  let number = 0;
  const warned = new Set<string>();
  const warnOnce = (kind: "empty" | "label", subject: string, message: string) => {
    if (warned.has(subject)) return;
    warned.add(subject);
    options.onWarning({ kind, path: `${options.path}:${number}`, message });
  };
  for await (const bytes of splitLines(chunks, options)) {
    number++;
    const line = decodeLine(bytes, options.path, number);
    if (line.trim() === "") continue;
    const { text, ...fields } = parseLine(line, options.path, number);
    if (text.trim() === "") warnOnce("empty", "text", "skipped, its text is empty (and so are further ones)");
    else yield { text: text.toWellFormed(), labels: { ...options.labels, ...readLabels(fields, warnOnce) } };
  }
}

async function* splitLines(chunks: AsyncIterable<Uint8Array>, options: JsonLinesOptions): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let number = 1;
  const add = (part: Uint8Array) => {
    parts.push(part);
    length += part.length;
    if (length > options.maxLineBytes) throw longLine(options, number);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      yield parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      number++;
      parts = [];
      length = 0;
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (length > 0) yield Buffer.concat(parts);
}

function longLine(options: JsonLinesOptions, number: number): UserError {
  return new UserError(
    `${options.path}:${number}: line is longer than ${options.maxLineBytes} bytes; put one document on each line`,
  );
}

function decodeLine(bytes: Uint8Array, path: string, number: number): string {
  if (number === 1 && bytes.includes(0)) throw describeNotText(bytes, 0);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    if (number === 1) throw describeNotText(bytes, 0);
    throw new UserError(`${path}:${number}: line is not valid UTF-8; convert the file to UTF-8, e.g. with iconv`);
  }
}

function parseLine(line: string, path: string, number: number): Record<string, unknown> & { text: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.slice(0, 160) : String(error);
    throw new UserError(`${path}:${number}: line is not JSON (${reason}); wanted one {"text": "..."} object a line`);
  }
  if (hasText(value)) return value;
  const got = isRecord(value) ? `an object with ${nameKeys(value)}` : describeValue(value);
  throw new UserError(
    `${path}:${number}: line has no text: got ${got}, wanted an object with a string field "text"; rename the field or convert the file`,
  );
}

function hasText(value: unknown): value is Record<string, unknown> & { text: string } {
  return isRecord(value) && "text" in value && typeof value.text === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameKeys(value: Record<string, unknown>): string {
  const keys = Object.keys(value);
  return keys.length === 0 ? "no fields" : `fields ${JSON.stringify(keys.slice(0, 8)).slice(1, -1)}`;
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return value === null ? "null" : `a ${typeof value}`;
}

function readLabels(
  fields: Record<string, unknown>,
  warnOnce: (kind: "label", subject: string, message: string) => void,
): Record<string, string> {
  const labels: [string, string][] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") continue;
    const label = String(value).toWellFormed();
    if (label.length <= LABEL_CHARACTERS) labels.push([name, label]);
    else warnOnce("label", name, `field ${JSON.stringify(name)} is too long for a label and is left out`);
  }
  return Object.fromEntries(labels);
}
