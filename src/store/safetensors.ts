import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { UserError } from "../numerics/user-error.ts";
import { writePartsAtomically } from "./write-atomically.ts";

/** One named tensor of a safetensors file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint32Array;
}

/** Tensors by name and the file's string metadata. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const HEADER_LIMIT = 100_000_000;
const CHECKSUM = "sha256";
const DTYPES = { F32: Float32Array, I32: Int32Array, U32: Uint32Array } as const;

/** Writes tensors (names sorted) with metadata and a checksum of the data, atomically. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  writePartsAtomically(path, renderSafetensors(tensors, metadata));
}

/** The bytes of a safetensors file: the header, which holds the data's checksum, first, then the data piece by piece. */
export function renderSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
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
  return parseSafetensors(readFileSync(path), path);
}

/** Parses safetensors bytes; `name` is used in errors. Float16, bfloat16 and integers other than 32 bit are refused. */
export function parseSafetensors(bytes: Uint8Array, name: string): TensorFile {
  const { header, start } = parseHeader(bytes, name);
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, unknown> & {
    __metadata__?: Record<string, string>;
  };
  const buffer = bytes.subarray(start);
  const expected = metadata[CHECKSUM];
  const spans = Object.entries(entries).map(([tensor, entry]) => parseEntry(tensor, entry, buffer.byteLength, name));
  checkCoverage(spans, buffer.byteLength, name);
  if (expected !== undefined && createHash(CHECKSUM).update(buffer).digest("hex") !== expected)
    throw damaged(name, "its checksum differs from the one recorded when it was written");
  const tensors = new Map<string, StoredTensor>();
  for (const span of spans) {
    const copy = new Uint8Array(buffer.subarray(span.begin, span.end));
    tensors.set(span.tensor, { shape: span.shape, data: new DTYPES[span.dtype](copy.buffer, 0, copy.byteLength / 4) });
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array, name: string): { header: object; start: number } {
  if (bytes.byteLength < 10) throw damaged(name, `it has ${bytes.byteLength} bytes, fewer than a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(Math.min(HEADER_LIMIT, bytes.byteLength - 8)))
    throw damaged(name, `its header claims ${length} bytes of ${bytes.byteLength}`);
  const start = 8 + Number(length);
  if (bytes[8] !== 0x7b) throw damaged(name, "its header does not start with {");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start));
    return { header: JSON.parse(text) as object, start };
  } catch {
    throw damaged(name, "its header is not JSON");
  }
}

interface Span {
  readonly tensor: string;
  readonly dtype: keyof typeof DTYPES;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

function parseEntry(tensor: string, entry: unknown, size: number, name: string): Span {
  const { dtype, shape, data_offsets: offsets } = entry as { dtype: string; shape: number[]; data_offsets: number[] };
  if (!(dtype in DTYPES)) throw new UserError(`${name}: tensor ${tensor} has dtype ${dtype}, wanted F32, I32 or U32`);
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(whole)) throw damaged(name, `tensor ${tensor} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(whole))
    throw damaged(name, `tensor ${tensor} has no valid offsets`);
  const [begin, end] = offsets as [number, number];
  const bytes = 4 * shape.reduce((product, length) => product * length, 1);
  if (end - begin !== bytes || end > size)
    throw damaged(name, `tensor ${tensor} spans bytes ${begin} to ${end} of ${size}, its shape needs ${bytes}`);
  return { tensor, dtype: dtype as keyof typeof DTYPES, shape, begin, end };
}

function checkCoverage(spans: readonly Span[], size: number, name: string): void {
  const sorted = [...spans].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const span of sorted) {
    if (span.begin !== at) throw damaged(name, `tensor ${span.tensor} starts at ${span.begin}, wanted ${at}`);
    at = span.end;
  }
  if (at !== size) throw damaged(name, `its tensors cover ${at} of ${size} bytes`);
}

function dtypeOf(data: StoredTensor["data"]): keyof typeof DTYPES {
  if (data instanceof Float32Array) return "F32";
  return data instanceof Int32Array ? "I32" : "U32";
}

function damaged(name: string, why: string): UserError {
  return new UserError(
    `${name} is damaged: ${why}; delete it and run the same command again to compute it anew, or restore it from a copy`,
  );
}
