import type { Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { FULL_DISK, UserError } from "../numerics/user-error.ts";
import type { ServerEnvironment } from "./guards.ts";
import { Refused } from "./refused.ts";

/** The application and its parts. */
export type App = Hono<ServerEnvironment>;

/** One request and what is said to it. */
export type RequestContext = Context<ServerEnvironment>;

const BLOCK_BYTES = 1 << 18;
const MISTAKE = 400;
const DISK_FULL = 507;

/** An error as an answer: what was refused, and users' mistakes, in their own sentence. */
export function sendError(context: RequestContext, error: Error): Response {
  const say = (status: ContentfulStatusCode, sentence: string, headers = {}) =>
    context.json({ error: sentence }, status, headers);
  if (error instanceof Refused) return say(error.status, error.message, error.headers);
  if (!(error instanceof UserError)) return say(500, `the server could not answer: ${error.message}`);
  return say(error.exitCode === 2 ? MISTAKE : error.exitCode === FULL_DISK ? DISK_FULL : 500, error.message);
}

/** A text that is JSON already. */
export function sendJson(context: RequestContext, text: string, status: ContentfulStatusCode = 200): Response {
  return context.body(text, status, { "Content-Type": "application/json", "Cache-Control": "no-cache" });
}

/**
 * Bytes that are already in memory, written at once where a server asks: a `Response` around them would cost more than all else.
 * With `immutable`, this address will never give others.
 */
export function sendBytes(context: RequestContext, bytes: Uint8Array<ArrayBuffer>, immutable: boolean): Response {
  const headers = {
    "Content-Type": "application/octet-stream",
    "Cache-Control": immutable ? IMMUTABLE : "no-cache",
    "Content-Length": String(bytes.byteLength),
  };
  const outgoing = context.env?.outgoing as ServerResponse | undefined;
  if (outgoing === undefined) return context.body(bytes, 200, headers);
  outgoing.writeHead(200, headers).end(bytes);
  return RESPONSE_ALREADY_SENT;
}

/** What browsers may keep for ever, and nobody between. */
export const IMMUTABLE = "private, max-age=31536000, immutable";

/** A file of a run as it is now, block by block; a reader that has the same one already is told so. Missing ones are refused. */
export async function sendFile(
  context: RequestContext,
  path: string,
  type: string,
  missing: string,
): Promise<Response> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) throw new Refused(404, missing);
  const stats = await file.stat();
  const headers = { "Content-Type": type, "Cache-Control": "no-cache", ETag: nameVersion(stats) };
  const known = isKnown(context, headers.ETag);
  if (known || context.req.method === "HEAD") {
    await file.close();
    return context.body(null, known ? 304 : 200, headers);
  }
  return context.body(streamFile(file), 200, { ...headers, "Content-Length": String(stats.size) });
}

/** JSON made of a file as it is now; for a reader that has what was made of the same one already, nothing is made. */
export async function sendMadeOf(
  context: RequestContext,
  path: string,
  make: (path: string) => Promise<unknown>,
  missing: string,
): Promise<Response> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) throw new Refused(404, missing);
  const headers = { "Content-Type": "application/json", "Cache-Control": "no-cache", ETag: nameVersion(stats) };
  if (isKnown(context, headers.ETag)) return context.body(null, 304, headers);
  return context.body(JSON.stringify(await make(path)), 200, headers);
}

/** Another one as soon as the file is another or has changed. */
function nameVersion({ size, mtimeMs, ino }: Stats): string {
  return `"${ino.toString(36)}-${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;
}

function isKnown(context: RequestContext, tag: string): boolean {
  return context.req.header("if-none-match")?.replace(/^W\//, "") === tag;
}

function streamFile(file: FileHandle): ReadableStream {
  return Readable.toWeb(file.createReadStream({ highWaterMark: BLOCK_BYTES })) as ReadableStream;
}
