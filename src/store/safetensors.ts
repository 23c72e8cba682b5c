import { createHash } from "node:crypto";
import { UserError } from "../numerics/user-error.ts";
import { openFile } from "./open-file.ts";
import { createByteSource, decodeTensor, readTensors, type StoredTensor, type TensorFile } from "./read-tensors.ts";
import { type ByteSource, readSafetensorsHeader, type TensorEntry } from "./safetensors-header.ts";
import { writePartsAtomically } from "./write-atomically.ts";

/** A tensor to be written, float16 included. */
export interface WritableTensor {
  readonly shape: readonly number[];
  readonly data: StoredTensor["data"] | Float16Array;
}

export type { StoredTensor, TensorFile };

const CHECKSUM = "sha256";

/** Writes tensors (names sorted) with metadata and a checksum of the data, atomically. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  writePartsAtomically(path, renderSafetensors(tensors, metadata));
}

function renderSafetensors(
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = sorted.map(([, { data }]) => bytesOf(data));
  const hash = createHash(CHECKSUM);
  for (const part of parts) hash.update(part);
  const entries = sorted.map(([name, { shape, data }]) => ({ name, shape, dtype: dtypeOf(data) }));
  return [renderHeader(entries, { ...metadata, [CHECKSUM]: hash.digest("hex") }), ...parts];
}

/** A tensor that is read piece by piece when it is written. */
export interface LazyTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly read: () => AsyncIterable<StoredTensor["data"]> | Iterable<StoredTensor["data"]>;
}

/** A safetensors file whose tensors are read one after another, twice: for the header, which holds their checksum, and to be written. */
export async function streamSafetensors(
  tensors: readonly LazyTensor[],
  metadata: Readonly<Record<string, string>>,
): Promise<{ readonly header: Uint8Array; readonly bytes: number; readonly data: () => AsyncGenerator<Uint8Array> }> {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  async function* data(): AsyncGenerator<Uint8Array> {
    for (const { read } of sorted) for await (const piece of read()) yield bytesOf(piece);
  }
  const hash = createHash(CHECKSUM);
  let bytes = 0;
  for await (const part of data()) {
    hash.update(part);
    bytes += part.byteLength;
  }
  const entries = sorted.map((tensor) => ({ ...tensor, dtype: tensor.dtype === "int32" ? "I32" : "F32" }) as const);
  const header = renderHeader(entries, { ...metadata, [CHECKSUM]: hash.digest("hex") });
  return { header, bytes: header.byteLength + bytes, data };
}

function renderHeader(
  entries: readonly Pick<TensorEntry, "name" | "shape" | "dtype">[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const { name, shape, dtype } of entries) {
    const bytes = (dtype === "F16" ? 2 : 4) * shape.reduce((product, length) => product * length, 1);
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const json = JSON.stringify({ __metadata__: metadata, ...header });
  const text = Buffer.from(json + " ".repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  return Buffer.concat([length, text]);
}

function bytesOf(data: WritableTensor["data"]): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Reads a safetensors file whole; a malformed, truncated or altered one is a `UserError` naming it. */
export function readSafetensors(path: string): TensorFile {
  const file = openFile(path);
  try {
    return readChecked(file);
  } finally {
    file.close();
  }
}

/** Checks a safetensors file whole, tensor after tensor; each is read anew when its `data` is asked for, so that memory holds one at a time. */
export function openSafetensors(path: string): TensorFile {
  const file = openFile(path);
  try {
    const { entries, metadata, start } = readSafetensorsHeader(file);
    const hash = createHash(CHECKSUM);
    for (const { begin, end } of entries) hash.update(file.read(start + begin, end - begin));
    checkHash(hash.digest("hex"), metadata, path);
    return { tensors: new Map(entries.map((entry) => [entry.name, openTensor(path, entry, start)])), metadata };
  } finally {
    file.close();
  }
}

function openTensor(path: string, entry: TensorEntry, start: number): StoredTensor {
  return {
    shape: entry.shape,
    get data() {
      const file = openFile(path);
      try {
        return decodeTensor(file.read(start + entry.begin, entry.end - entry.begin), entry, path);
      } finally {
        file.close();
      }
    },
  };
}

/** Parses safetensors bytes; `name` is used in errors. */
export function parseSafetensors(bytes: Uint8Array, name: string): TensorFile {
  return readChecked(createByteSource(bytes, name));
}

function readChecked(source: ByteSource): TensorFile {
  const hash = createHash(CHECKSUM);
  const file = readTensors(source, (bytes) => hash.update(bytes));
  checkHash(hash.digest("hex"), file.metadata, source.name);
  return file;
}

function checkHash(hash: string, metadata: TensorFile["metadata"], name: string): void {
  const expected = metadata[CHECKSUM];
  if (expected === undefined || hash === expected) return;
  throw new UserError(
    `${name} is damaged: its checksum differs from the one recorded when it was written; delete it and run the same command again to compute it anew, or restore it from a copy`,
  );
}

function dtypeOf(data: WritableTensor["data"]): TensorEntry["dtype"] {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float16Array) return "F16";
  return data instanceof Int32Array ? "I32" : "U32";
}
