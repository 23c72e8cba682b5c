import { createHash } from "node:crypto";
import { UserError } from "../numerics/user-error.ts";
import { decodeFloats, isFloatDtype } from "./decode-floats.ts";
import { openFile } from "./open-file.ts";
import { type ByteSource, readSafetensorsHeader, type TensorEntry } from "./safetensors-header.ts";
import { writePartsAtomically } from "./write-atomically.ts";

/** One named tensor of a safetensors file; float16 and bfloat16 are read as float32. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint32Array;
}

/** A tensor to be written, float16 included. */
export interface WritableTensor {
  readonly shape: readonly number[];
  readonly data: StoredTensor["data"] | Float16Array;
}

/** Tensors by name and the file's string metadata. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const CHECKSUM = "sha256";

/** Writes tensors (names sorted) with metadata and a checksum of the data, atomically. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  writePartsAtomically(path, renderSafetensors(tensors, metadata));
}

/** The bytes of a safetensors file: the header, which holds the data's checksum, first, then the data piece by piece. */
export function renderSafetensors(
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata: Readonly<Record<string, string>>,
): readonly [header: Uint8Array, ...data: Uint8Array[]] {
  const names = [...tensors.keys()].sort();
  const header: Record<string, unknown> = {};
  const parts: Uint8Array[] = [];
  const hash = createHash(CHECKSUM);
  let offset = 0;
  for (const name of names) {
    const { shape, data } = tensors.get(name)!;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + bytes.byteLength] };
    offset += bytes.byteLength;
    hash.update(bytes);
    parts.push(bytes);
  }
  const json = JSON.stringify({ __metadata__: { ...metadata, [CHECKSUM]: hash.digest("hex") }, ...header });
  const text = Buffer.from(json + " ".repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  return [Buffer.concat([length, text]), ...parts];
}

/** Reads a safetensors file whole; a malformed, truncated or altered one is a `UserError` naming it. */
export function readSafetensors(path: string): TensorFile {
  const file = openFile(path);
  try {
    return readTensors(file);
  } finally {
    file.close();
  }
}

/** Parses safetensors bytes; `name` is used in errors. */
export function parseSafetensors(bytes: Uint8Array, name: string): TensorFile {
  const read = (position: number, length: number) => new Uint8Array(bytes.subarray(position, position + length));
  return readTensors({ name, size: bytes.byteLength, read });
}

/** Reads tensor after tensor, so that memory holds little more than what is returned. */
function readTensors(source: ByteSource): TensorFile {
  const { entries, metadata, start } = readSafetensorsHeader(source);
  const hash = createHash(CHECKSUM);
  const tensors = new Map<string, StoredTensor>();
  for (const entry of entries) {
    const bytes = source.read(start + entry.begin, entry.end - entry.begin);
    hash.update(bytes);
    tensors.set(entry.name, { shape: entry.shape, data: decode(bytes, entry, source.name) });
  }
  const expected = metadata[CHECKSUM];
  if (expected !== undefined && hash.digest("hex") !== expected)
    throw new UserError(
      `${source.name} is damaged: its checksum differs from the one recorded when it was written; delete it and run the same command again to compute it anew, or restore it from a copy`,
    );
  return { tensors, metadata };
}

function decode(bytes: Uint8Array, { name, dtype }: TensorEntry, file: string): StoredTensor["data"] {
  if (isFloatDtype(dtype)) return decodeFloats(bytes, dtype);
  if (dtype === "I32") return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  if (dtype === "U32") return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  throw new UserError(`${file}: tensor ${name} has dtype ${dtype}, wanted F32, F16, BF16, I32 or U32`);
}

function dtypeOf(data: WritableTensor["data"]): TensorEntry["dtype"] {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float16Array) return "F16";
  return data instanceof Int32Array ? "I32" : "U32";
}
