const VARINT_BASE = 128;

/** Writes little-endian numbers one after the other into a buffer that grows. */
export interface ByteWriter {
  uint8(value: number): void;
  uint16(value: number): void;
  uint32(value: number): void;
  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the low ones first; the top bit says that more follow. */
  varint(value: number): void;
  float32(value: number): void;
  float64(value: number): void;
  /** Everything written so far. */
  finish(): Uint8Array;
}

/** An empty writer. */
export function createByteWriter(): ByteWriter {
  let view = new DataView(new ArrayBuffer(512));
  let length = 0;
  const advance = (size: number): number => {
    const at = length;
    length += size;
    if (length > view.byteLength) {
      const grown = new Uint8Array(2 * length);
      grown.set(new Uint8Array(view.buffer));
      view = new DataView(grown.buffer);
    }
    return at;
  };
  return {
    uint8: (value) => {
      const at = advance(1);
      view.setUint8(at, value);
    },
    uint16: (value) => {
      const at = advance(2);
      view.setUint16(at, value, true);
    },
    uint32: (value) => {
      const at = advance(4);
      view.setUint32(at, value, true);
    },
    varint: (value) => {
      let rest = value;
      for (; rest >= VARINT_BASE; rest = Math.floor(rest / VARINT_BASE)) {
        const at = advance(1);
        view.setUint8(at, (rest % VARINT_BASE) + VARINT_BASE);
      }
      const at = advance(1);
      view.setUint8(at, rest);
    },
    float32: (value) => {
      const at = advance(4);
      view.setFloat32(at, value, true);
    },
    float64: (value) => {
      const at = advance(8);
      view.setFloat64(at, value, true);
    },
    finish: () => new Uint8Array(view.buffer.slice(0, length)),
  };
}

/** Reads little-endian numbers one after the other; each read beyond the end is an `Error`. */
export interface ByteReader {
  uint8(): number;
  uint16(): number;
  uint32(): number;
  varint(): number;
  float32(): number;
  float64(): number;
  /** Throws unless `size` more bytes are there. */
  expect(size: number): void;
  /** Throws unless everything was read. */
  finish(): void;
}

/** A reader at the start of `bytes`; `what` names them in errors. */
export function createByteReader(bytes: Uint8Array, what: string): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;
  const expect = (size: number): void => {
    if (position + size > bytes.byteLength) {
      throw new Error(`${what} is damaged: ${bytes.byteLength} bytes, wanted ${position + size} or more`);
    }
  };
  const advance = (size: number): number => {
    expect(size);
    position += size;
    return position - size;
  };
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; factor < Number.MAX_SAFE_INTEGER; factor *= VARINT_BASE) {
      const byte = view.getUint8(advance(1));
      value += (byte % VARINT_BASE) * factor;
      if (byte < VARINT_BASE && Number.isSafeInteger(value)) return value;
    }
    throw new Error(`${what} is damaged: a number that is too large`);
  };
  return {
    varint,
    uint8: () => view.getUint8(advance(1)),
    uint16: () => view.getUint16(advance(2), true),
    uint32: () => view.getUint32(advance(4), true),
    float32: () => view.getFloat32(advance(4), true),
    float64: () => view.getFloat64(advance(8), true),
    expect,
    finish: () => {
      if (position !== bytes.byteLength) {
        throw new Error(`${what} is damaged: ${bytes.byteLength} bytes, wanted ${position}`);
      }
    },
  };
}
