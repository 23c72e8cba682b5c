import { UserError } from "../numerics/user-error.ts";
import { FLOAT_BYTES, type FloatDtype } from "../store/decode-floats.ts";
import { openFile } from "../store/open-file.ts";
import type { RowTable } from "../store/row-tables.ts";
import type { ByteSource } from "../store/safetensors-header.ts";

const MAGIC = "\u0093NUMPY";
const HEADER_LIMIT = 1 << 20;
const DTYPES: Readonly<Record<string, FloatDtype>> = { "<f4": "F32", "<f2": "F16" };

/** The rows of a NumPy file (format 1.0 to 3.0), found without reading them; anything but rows of little-endian float32 or float16 is a `UserError`. */
export function readNpyTable(path: string): RowTable {
  const file = openFile(path);
  try {
    return parseTable(file);
  } finally {
    file.close();
  }
}

function parseTable(file: ByteSource): RowTable {
  const { name: path, size } = file;
  const { text, offset } = readHeader(file);
  const dtype = parseDtype(path, text);
  if (/'fortran_order':\s*True/.test(text))
    throw new UserError(`${path} is stored column by column (fortran_order): save numpy.ascontiguousarray(x) instead`);
  const [rows, width] = parseShape(path, text);
  const wanted = BigInt(rows) * BigInt(width) * BigInt(FLOAT_BYTES[dtype]);
  if (BigInt(size - offset) !== wanted)
    throw new UserError(
      `${path} is damaged: ${size - offset} bytes of numbers, its shape (${rows}, ${width}) needs ${wanted}; write it again`,
    );
  return { path, dtype, rows, width, offset, bytes: size };
}

function readHeader({ name, size, read }: ByteSource): { readonly text: string; readonly offset: number } {
  const fixed = read(0, Math.min(12, size));
  if (fixed.length < 12 || String.fromCharCode(...fixed.subarray(0, 6)) !== MAGIC)
    throw new UserError(`${name} is no .npy file: it does not begin as one; write it with numpy.save`);
  const version = fixed[6]!;
  if (version < 1 || version > 3)
    throw new UserError(
      `${name} has .npy format ${version}.${fixed[7]}, wanted 1.0, 2.0 or 3.0; write it with numpy.save`,
    );
  const view = new DataView(fixed.buffer);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > Math.min(HEADER_LIMIT, size - start))
    throw new UserError(`${name} is damaged: its header claims ${length} bytes of ${size}; write it again`);
  return { text: new TextDecoder().decode(read(start, length)), offset: start + length };
}

function parseDtype(path: string, text: string): FloatDtype {
  const [, descr] = /'descr':\s*'([^']*)'/.exec(text) ?? [];
  const dtype = descr !== undefined && Object.hasOwn(DTYPES, descr) ? DTYPES[descr] : undefined;
  if (dtype !== undefined) return dtype;
  const got = descr === undefined ? "of no single type" : descr;
  const bfloat16 = descr === "<V2" || descr === "|V2" ? "; bfloat16 does not exist in .npy: write .safetensors" : "";
  throw new UserError(
    `${path} holds numbers ${got}, wanted little-endian float32 or float16 (<f4, <f2): save x.astype("<f4")${bfloat16}`,
  );
}

function parseShape(path: string, text: string): readonly [rows: number, width: number] {
  const [, list] = /'shape':\s*\(([\d\s,L]*)\)/.exec(text) ?? [];
  if (list === undefined) throw new UserError(`${path} is damaged: its header has no shape; write it again`);
  const sizes = list.match(/\d+/g)?.map(Number) ?? [];
  if (sizes.length !== 2)
    throw new UserError(
      `${path} has ${sizes.length} dimensions (${sizes.join(", ")}), wanted 2, one row per activation vector: save x.reshape(-1, width)`,
    );
  if (!sizes.every(Number.isSafeInteger))
    throw new UserError(`${path} is damaged: no file is that large; write it again`);
  return [sizes[0]!, sizes[1]!];
}
