// Protocol buffers, writing only: a message is its fields one after another, so fields and messages are concatenated.

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A field of type int64 with a value of 0 or more. */
export function encodeInteger(field: number, value: number): Uint8Array {
  return Buffer.concat([encodeKey(field, VARINT), encodeVarint(value)]);
}

/** A field of type float. */
export function encodeFloat(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([encodeKey(field, FIXED_32), bytes]);
}

/** A field of type double. */
export function encodeDouble(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([encodeKey(field, FIXED_64), bytes]);
}

/** A field of type string. */
export function encodeText(field: number, text: string): Uint8Array {
  return encodeBytes(field, Buffer.from(text));
}

/** A field of type bytes, or a message. */
export function encodeBytes(field: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([encodeKey(field, LENGTH_DELIMITED), encodeVarint(bytes.byteLength), bytes]);
}

/** A packed field of repeated doubles. */
export function encodeDoubles(field: number, values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, 8 * index);
  return encodeBytes(field, bytes);
}

function encodeKey(field: number, wireType: number): Uint8Array {
  return encodeVarint(field * 8 + wireType);
}

/** Seven bits a byte, lowest first, the highest bit set in all but the last. */
function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}
