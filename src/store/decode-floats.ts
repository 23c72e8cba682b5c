/** How numbers of activations and weights may be stored, by their safetensors names. */
export type FloatDtype = "F32" | "F16" | "BF16";

/** Bytes of one number. */
export const FLOAT_BYTES: Readonly<Record<FloatDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Whether a dtype is one of those that are read as float32. */
export function isFloatDtype(dtype: string): dtype is FloatDtype {
  return Object.hasOwn(FLOAT_BYTES, dtype);
}

/** The little-endian numbers in `bytes` as float32, exactly; the bytes begin at a multiple of their size and are kept where they are float32 already. */
export function decodeFloats(bytes: Uint8Array, dtype: FloatDtype): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  const length = byteLength / FLOAT_BYTES[dtype];
  if (dtype === "F32") return new Float32Array(buffer, byteOffset, length);
  if (dtype === "F16") return new Float32Array(new Float16Array(buffer as ArrayBuffer, byteOffset, length));
  return decodeBfloat16(new Uint16Array(buffer, byteOffset, length));
}

/** A bfloat16 is the upper half of a float32. */
function decodeBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}
