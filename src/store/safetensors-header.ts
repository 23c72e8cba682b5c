import { UserError } from "../numerics/user-error.ts";
import { parseStrictJson, type StrictJson } from "./strict-json.ts";

/** Bytes per element of every dtype that a header may name. */
const ELEMENT_BYTES = {
  ...{ BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1 },
  ...{ U16: 2, I16: 2, F16: 2, BF16: 2 },
  ...{ U32: 4, I32: 4, F32: 4 },
  ...{ U64: 8, I64: 8, F64: 8 },
} as const;

/** An element type by its safetensors name. */
export type Dtype = keyof typeof ELEMENT_BYTES;

/** One tensor as the header describes it; offsets are within the data. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A checked header: the tensors in the order of their bytes, which they cover exactly and without overlap. */
export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begins in the file. */
  readonly start: number;
}

/** Bytes of a file, by position. */
export interface ByteSource {
  readonly name: string;
  readonly size: number;
  readonly read: (position: number, length: number) => Uint8Array;
}

const HEADER_LIMIT = 100_000_000;
const LENGTH_BYTES = 8;
const DAMAGED = "delete it and run the same command again to compute it anew, or restore it from a copy";

/** Reads and checks a header; whatever is wrong with it is a `UserError` naming the file and `remedy`. */
export function readSafetensorsHeader(source: ByteSource, remedy = DAMAGED): SafetensorsHeader {
  try {
    const length = readHeaderLength(source);
    const start = LENGTH_BYTES + length;
    const { entries, metadata } = parseHeader(source.read(LENGTH_BYTES, length));
    return { entries: checkCoverage(entries, source.size - start), metadata, start };
  } catch (error) {
    if (!(error instanceof MalformedHeader)) throw error;
    throw new UserError(`${source.name} is damaged: ${error.message}; ${remedy}`);
  }
}

class MalformedHeader extends Error {}

function readHeaderLength({ size, read }: ByteSource): number {
  if (size < LENGTH_BYTES + 2) throw new MalformedHeader(`it has ${size} bytes, fewer than a header`);
  const bytes = read(0, LENGTH_BYTES);
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length < 2n || length > BigInt(Math.min(HEADER_LIMIT, size - LENGTH_BYTES)))
    throw new MalformedHeader(`its header claims ${length} bytes of ${size}`);
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Pick<SafetensorsHeader, "entries" | "metadata"> {
  if (bytes[0] !== 0x7b) throw new MalformedHeader("its header does not start with {");
  const header = parseText(bytes);
  if (!(header instanceof Map)) throw new MalformedHeader("its header is no JSON object");
  const metadata = parseMetadata(header.get("__metadata__"));
  const tensors = [...header].filter(([name]) => name !== "__metadata__");
  return { metadata, entries: tensors.map(([name, value]) => parseEntry(name, value)) };
}

function parseText(bytes: Uint8Array): StrictJson {
  try {
    return parseStrictJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new MalformedHeader(`its header is not valid: ${(error as Error).message}`);
  }
}

function parseMetadata(value: StrictJson | undefined): Record<string, string> {
  if (value === undefined) return {};
  if (!(value instanceof Map)) throw new MalformedHeader("its __metadata__ is no object");
  return Object.fromEntries(
    [...value].map(([key, text]) => {
      if (typeof text !== "string") throw new MalformedHeader(`its __metadata__.${key} is no string`);
      return [key, text];
    }),
  );
}

function parseEntry(name: string, value: StrictJson): TensorEntry {
  const fields = value instanceof Map ? value : new Map<string, StrictJson>();
  const keys = [...fields.keys()].sort().join();
  if (keys !== "data_offsets,dtype,shape")
    throw new MalformedHeader(
      `tensor ${name} has fields ${keys || "of no kind"}, wanted dtype, shape and data_offsets`,
    );
  const dtype = fields.get("dtype");
  if (!isDtype(dtype)) throw new MalformedHeader(`tensor ${name} has the unknown dtype ${JSON.stringify(dtype)}`);
  const shape = parseSizes(fields.get("shape"));
  if (shape === undefined) throw new MalformedHeader(`tensor ${name} has no valid shape`);
  const [begin, end, ...more] = parseSizes(fields.get("data_offsets")) ?? [];
  if (begin === undefined || end === undefined || more.length > 0 || begin > end)
    throw new MalformedHeader(`tensor ${name} has no valid offsets`);
  const bytes = shape.reduce((product, length) => product * BigInt(length), BigInt(ELEMENT_BYTES[dtype]));
  if (BigInt(end - begin) !== bytes)
    throw new MalformedHeader(`tensor ${name} spans bytes ${begin} to ${end}, its shape needs ${bytes}`);
  return { name, dtype, shape, begin, end };
}

function isDtype(value: StrictJson | undefined): value is Dtype {
  return typeof value === "string" && Object.hasOwn(ELEMENT_BYTES, value);
}

function parseSizes(value: StrictJson | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.every((size) => typeof size === "number") ? value : undefined;
}

function checkCoverage(entries: readonly TensorEntry[], size: number): readonly TensorEntry[] {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of sorted) {
    if (begin !== at) throw new MalformedHeader(`tensor ${name} starts at ${begin}, wanted ${at}`);
    at = end;
  }
  if (at !== size) throw new MalformedHeader(`its tensors cover ${at} of ${size} bytes`);
  return sorted;
}
