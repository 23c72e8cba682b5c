/** A character in a run of bytes; code point -1 and length 1 for a byte with which no whole character begins. */
export interface ByteCharacter {
  readonly codePoint: number;
  readonly length: number;
}

/** The UTF-8 character that begins at a byte. */
export function readCharacter(bytes: ArrayLike<number>, at: number): ByteCharacter {
  const first = bytes[at]!;
  if (first < 0x80) return { codePoint: first, length: 1 };
  const malformed = { codePoint: -1, length: 1 };
  if (first < 0xc2 || first > 0xf4) return malformed;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let codePoint = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return malformed;
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  return codePoint > 0x10ffff ? malformed : { codePoint, length };
}

/** The characters of a run of bytes; bytes that are part of none are -1 each. */
export function readCodePoints(bytes: ArrayLike<number>): number[] {
  const codePoints: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { codePoint, length } = readCharacter(bytes, at);
    codePoints.push(codePoint);
    at += length;
  }
  return codePoints;
}
