/** How numbers of activations and weights may be stored, by their safetensors names. */
export type FloatDtype = "F32" | "F16" | "BF16";

/** Bytes of one number. */
export const FLOAT_BYTES: Readonly<Record<FloatDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Whether a dtype is one of those that are read as float32. */
export function isFloatDtype(dtype: string): dtype is FloatDtype {
  return Object.hasOwn(FLOAT_BYTES, dtype);
}

/** The little-endian numbers in `bytes` as float32, exactly; the bytes begin at a multiple of 4 and stay where they are if they are float32 already. */
export function decodeFloats(bytes: Uint8Array, dtype: FloatDtype): Float32Array {
  const length = bytes.byteLength / FLOAT_BYTES[dtype];
  if (dtype === "F32") return new Float32Array(bytes.buffer, bytes.byteOffset, length);
  const out = new Float32Array(length);
  decodeHalves(out, bytes, dtype);
  return out;
}

/** out = the 16-bit numbers in `bytes`, which begin at a multiple of 2. */
export function decodeHalves(out: Float32Array, bytes: Uint8Array, dtype: "F16" | "BF16"): void {
  const buffer = bytes.buffer as ArrayBuffer;
  if (dtype === "F16") out.set(new Float16Array(buffer, bytes.byteOffset, out.length));
  else decodeBfloat16(out, new Uint16Array(buffer, bytes.byteOffset, out.length));
}

/** A bfloat16 is the upper half of a float32. */
function decodeBfloat16(out: Float32Array, halves: Uint16Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
}
