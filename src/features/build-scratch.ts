/** Where a build keeps what it would not like to compute again after an interruption; nothing is lost but time where it forgets. */
export interface BuildScratch {
  /** What was put under a name, whole and unaltered, or nothing. */
  get(name: string): Uint8Array | undefined;
  put(name: string, bytes: Uint8Array): void;
}

/** Joins byte strings so that `splitParts` gives them back. */
export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const head = Uint32Array.from([parts.length, ...parts.map((part) => part.byteLength)]);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, head.byteLength));
  bytes.set(new Uint8Array(head.buffer));
  let at = head.byteLength;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

/** The byte strings that were joined. */
export function splitParts(bytes: Uint8Array): Uint8Array[] {
  const count = new Uint32Array(bytes.slice(0, 4).buffer)[0]!;
  const sizes = new Uint32Array(bytes.slice(4, 4 + 4 * count).buffer);
  let at = 4 + 4 * count;
  return Array.from(sizes, (size) => {
    at += size;
    return bytes.subarray(at - size, at);
  });
}
