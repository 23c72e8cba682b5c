import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { UserError } from "../numerics/user-error.ts";
import { type CorpusFile, errorCode, STANDARD_INPUT } from "./locate-corpus.ts";
import { UnusableFileError } from "./unusable-file-error.ts";

const GZIP_MAGIC_0 = 0x1f;
const GZIP_MAGIC_1 = 0x8b;
const BOMB_MINIMUM_BYTES = 2 ** 30;
const BOMB_RATIO = 300;

/** How the bytes of a file are read. */
export interface ReadBytesOptions {
  readonly stdin: Readable;
  readonly signal: AbortSignal | undefined;
  /** Told the number of bytes taken from disk (before unpacking), for progress. */
  readonly onBytesRead: (bytes: number) => void;
}

/** Yields a file's bytes, unpacked if they are gzip (recognised by content); memory is one chunk. */
export async function* readBytes(file: CorpusFile, options: ReadBytesOptions): AsyncGenerator<Buffer> {
  const source = file.path === STANDARD_INPUT ? options.stdin : createReadStream(file.path);
  const chunks = countBytes(source, options);
  const first = await takeAtLeast(chunks, 2);
  if (first[0] === GZIP_MAGIC_0 && first[1] === GZIP_MAGIC_1) yield* unpack(file, prepend(first, chunks));
  else yield* prepend(first, chunks);
}

async function* countBytes(source: Readable, options: ReadBytesOptions): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of source) {
      options.signal?.throwIfAborted();
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Buffer);
      options.onBytesRead(bytes.length);
      yield bytes;
    }
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new UnusableFileError("unreadable", `cannot be read (${errorCode(error)})`);
  }
}

async function takeAtLeast(chunks: AsyncGenerator<Buffer>, bytes: number): Promise<Buffer> {
  let taken: Buffer = Buffer.alloc(0);
  while (taken.length < bytes) {
    const { value, done } = await chunks.next();
    if (done) break;
    taken = taken.length === 0 ? value : Buffer.concat([taken, value]);
  }
  return taken;
}

async function* prepend(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

async function* unpack(file: CorpusFile, packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let packedBytes = 0;
  let unpackedBytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of packed) {
      packedBytes += chunk.length;
      yield chunk;
    }
  };
  const unpacked = pipeline(counted(), createGunzip(), () => {});
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      unpackedBytes += chunk.length;
      if (unpackedBytes > BOMB_MINIMUM_BYTES && unpackedBytes > BOMB_RATIO * packedBytes) throw bomb(file);
      yield chunk;
    }
  } catch (error) {
    const code = errorCode(error);
    throw code.startsWith("Z_") || code === "ERR_STREAM_PREMATURE_CLOSE" ? damaged(file, code) : error;
  } finally {
    unpacked.destroy();
    await packed.return(undefined);
  }
}

function damaged(file: CorpusFile, code: string): UserError {
  const what = code === "Z_BUF_ERROR" ? "ends too early (truncated gzip)" : `is damaged (gzip: ${code})`;
  return new UserError(
    `corpus file ${JSON.stringify(file.path)} ${what}; fetch or pack it again, \`gzip -t\` checks it`,
  );
}

function bomb(file: CorpusFile): UserError {
  return new UserError(
    `corpus file ${JSON.stringify(file.path)} unpacks to more than ${BOMB_RATIO} times its size, text does not; unpack it by hand if it is meant`,
  );
}
