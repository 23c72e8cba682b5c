import { createHash } from "node:crypto";

/** SHA-256 of an array's bytes, in hexadecimal. */
export function hashArray(array: Float32Array | Uint16Array | Uint32Array): string {
  return createHash("sha256")
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest("hex");
}
