/** One event of a TensorBoard file, read without the code that writes it. */
export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly version: string;
  readonly scalars: Readonly<Record<string, number>>;
  readonly histograms: Readonly<Record<string, ReadHistogram>>;
  readonly checksums: readonly [length: number, data: number];
  readonly lengthBytes: Uint8Array;
  readonly data: Uint8Array;
}

/** A histogram of such a file. */
export interface ReadHistogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

type Field = { readonly number: number; readonly value: number | Uint8Array };

/** Reads TFRecords of `Event` messages by the wire format alone; checksums are unmasked but not compared. */
export function readEventFile(bytes: Uint8Array): ReadEvent[] {
  const events: ReadEvent[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength; ) {
    const length = Number(view.getBigUint64(at, true));
    const data = bytes.subarray(at + 12, at + 12 + length);
    const unmask = (offset: number) => {
      const rotated = (view.getUint32(offset, true) - 0xa282ead8) >>> 0;
      return ((rotated << 15) | (rotated >>> 17)) >>> 0;
    };
    const checksums = [unmask(at + 8), unmask(at + 12 + length)] as const;
    events.push({ ...readEvent(data), checksums, lengthBytes: bytes.subarray(at, at + 8), data });
    at += 16 + length;
  }
  return events;
}

function readEvent(data: Uint8Array): Omit<ReadEvent, "checksums" | "lengthBytes" | "data"> {
  const fields = readFields(data);
  const values = fields.filter(({ number }) => number === 5).flatMap(({ value }) => readFields(value as Uint8Array));
  const scalars: Record<string, number> = {};
  const histograms: Record<string, ReadHistogram> = {};
  for (const { value } of values) {
    const parts = readFields(value as Uint8Array);
    const tag = text(parts.find(({ number }) => number === 1)?.value);
    const scalar = parts.find(({ number }) => number === 2);
    const histogram = parts.find(({ number }) => number === 5);
    if (scalar !== undefined) scalars[tag] = scalar.value as number;
    if (histogram !== undefined) histograms[tag] = readHistogram(histogram.value as Uint8Array);
  }
  const one = (wanted: number) => fields.find(({ number }) => number === wanted)?.value;
  return {
    wallTime: (one(1) as number | undefined) ?? 0,
    step: (one(2) as number | undefined) ?? 0,
    version: text(one(3)),
    scalars,
    histograms,
  };
}

function readHistogram(data: Uint8Array): ReadHistogram {
  const fields = readFields(data);
  const one = (wanted: number) => fields.find(({ number }) => number === wanted)!.value;
  const doubles = (wanted: number) => {
    const bytes = Uint8Array.from(one(wanted) as Uint8Array);
    return [...new Float64Array(bytes.buffer)];
  };
  return {
    min: one(1) as number,
    max: one(2) as number,
    count: one(3) as number,
    sum: one(4) as number,
    sumOfSquares: one(5) as number,
    limits: doubles(6),
    counts: doubles(7),
  };
}

function readFields(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  };
  const skip = (length: number) => {
    at += length;
    return at - length;
  };
  const readers: Readonly<Record<number, () => number | Uint8Array>> = {
    0: varint,
    1: () => view.getFloat64(skip(8), true),
    2: () => {
      const start = skip(varint());
      return bytes.subarray(start, at);
    },
    5: () => view.getFloat32(skip(4), true),
  };
  while (at < bytes.byteLength) {
    const key = varint();
    fields.push({ number: key >> 3, value: readers[key & 7]!() });
  }
  return fields;
}

function text(value: number | Uint8Array | undefined): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : "";
}
