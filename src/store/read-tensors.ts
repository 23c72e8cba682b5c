import { UserError } from "../numerics/user-error.ts";
import { decodeFloats, isFloatDtype } from "./decode-floats.ts";
import { type ByteSource, readSafetensorsHeader, type TensorEntry } from "./safetensors-header.ts";

// Imports nothing of Node: the web page reads weights with it.

/** One named tensor of a safetensors file; float16 and bfloat16 are read as float32. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint32Array;
}

/** Tensors by name and the file's string metadata. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes in memory as a file called `name`; what is read is a copy, so that numbers are aligned. */
export function createByteSource(bytes: Uint8Array, name: string): ByteSource {
  const read = (position: number, length: number) => new Uint8Array(bytes.subarray(position, position + length));
  return { name, size: bytes.byteLength, read };
}

/**
 * Reads tensor after tensor, so that memory holds little more than what is returned; each one's bytes are shown to `visit`. A
 * malformed or truncated file is a `UserError` naming it; its checksum is the caller's to compare.
 */
export function readTensors(source: ByteSource, visit: (bytes: Uint8Array) => void = () => {}): TensorFile {
  const { entries, metadata, start } = readSafetensorsHeader(source);
  const tensors = new Map<string, StoredTensor>();
  for (const entry of entries) {
    const bytes = source.read(start + entry.begin, entry.end - entry.begin);
    visit(bytes);
    tensors.set(entry.name, { shape: entry.shape, data: decodeTensor(bytes, entry, source.name) });
  }
  return { tensors, metadata };
}

/** The numbers of one tensor; `file` is used in errors. */
export function decodeTensor(bytes: Uint8Array, { name, dtype }: TensorEntry, file: string): StoredTensor["data"] {
  if (isFloatDtype(dtype)) return decodeFloats(bytes, dtype);
  if (dtype === "I32") return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  if (dtype === "U32") return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  throw new UserError(`${file}: tensor ${name} has dtype ${dtype}, wanted F32, F16, BF16, I32 or U32`);
}
