import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import type { Context, Hono } from "hono";
import type { ServerEnvironment } from "./guards.ts";

/** The application and its parts. */
export type App = Hono<ServerEnvironment>;

/** One request and what is said to it. */
export type RequestContext = Context<ServerEnvironment>;

const BLOCK_BYTES = 1 << 18;

/** There is no such thing, in a sentence. */
export function refuse(context: RequestContext, error: string): Response {
  return context.json({ error }, 404);
}

/** Bytes that are already in memory. */
export function sendBytes(context: RequestContext, bytes: Uint8Array): Response {
  return context.body(new Uint8Array(bytes), 200, {
    "Content-Type": "application/octet-stream",
    "Cache-Control": "no-cache",
  });
}

/** A file of a run as it is now, block by block; a reader that has the same one already is told so. Missing ones are refused. */
export async function sendFile(
  context: RequestContext,
  path: string,
  type: string,
  missing: string,
): Promise<Response> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return refuse(context, missing);
  const { size, mtimeMs, ino } = await file.stat();
  const tag = `"${ino.toString(36)}-${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;
  const headers = { "Content-Type": type, "Cache-Control": "no-cache", ETag: tag };
  const known = context.req.header("if-none-match")?.replace(/^W\//, "") === tag;
  if (known || context.req.method === "HEAD") {
    await file.close();
    return context.body(null, known ? 304 : 200, headers);
  }
  return context.body(streamFile(file), 200, { ...headers, "Content-Length": String(size) });
}

function streamFile(file: FileHandle): ReadableStream {
  return Readable.toWeb(file.createReadStream({ highWaterMark: BLOCK_BYTES })) as ReadableStream;
}
