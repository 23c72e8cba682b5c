import type { DensityHistogram } from "../metrics/feature-density.ts";
import type { LogLine } from "../store/event-log.ts";
import { encodeBytes, encodeDouble, encodeDoubles, encodeFloat, encodeInteger, encodeText } from "./protobuf.ts";

/** Fields that say when or of how many something was measured. */
const NOT_SCALARS = new Set(["step", "steps", "vectors", "tokens", "window", "width", "heldOutTokens"]);
const CRC_POLYNOMIAL = 0x82f63b78;
const MASK = 0xa282ead8;

/**
 * A TensorBoard event file (TFRecords of `Event` messages) of a log: the version, then one event a line with each of its
 * numbers as a scalar `<kind>/<field>` and density histograms as histograms over log10 density. The log knows no clock, so
 * every event's wall time is 0. The file of a longer log begins with that of a shorter one.
 */
export function renderEventFile(lines: Iterable<LogLine>): Uint8Array {
  const records = [renderRecord(encodeText(3, "brain.Event:2"))];
  for (const line of lines) {
    const values = [...listValues(String(line.kind), line)];
    if (values.length > 0) records.push(renderRecord(renderEvent(line.step, values)));
  }
  return Buffer.concat(records);
}

/** CRC-32C (Castagnoli) of bytes. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? CRC_POLYNOMIAL ^ (value >>> 1) : value >>> 1;
  return value;
});

/** One TFRecord: length, its masked checksum, data, their masked checksum. */
function renderRecord(message: Uint8Array): Uint8Array {
  const record = Buffer.alloc(16 + message.byteLength);
  record.writeBigUInt64LE(BigInt(message.byteLength));
  record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
  record.set(message, 12);
  record.writeUInt32LE(maskedChecksum(message), 12 + message.byteLength);
  return record;
}

function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK) >>> 0;
}

/** `Event { wall_time = 1 (0, left out), step = 2, summary = 5 { value = 1, repeated } }`. */
function renderEvent(step: number, values: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([
    encodeInteger(2, step),
    encodeBytes(5, Buffer.concat(values.map((value) => encodeBytes(1, value)))),
  ]);
}

/** `Summary.Value { tag = 1, simple_value = 2, histo = 5 }` of each number and histogram of a line. */
function* listValues(tag: string, fields: object): Generator<Uint8Array> {
  for (const [name, value] of Object.entries(fields)) {
    const own = `${tag}/${name}`;
    if (typeof value === "number" && !NOT_SCALARS.has(name))
      yield Buffer.concat([encodeText(1, own), encodeFloat(2, value)]);
    else if (name === "densityHistogram")
      yield Buffer.concat([encodeText(1, own), encodeBytes(5, renderHistogram(value as DensityHistogram))]);
    else if (typeof value === "object" && value !== null && !Array.isArray(value)) yield* listValues(own, value);
  }
}

/** `HistogramProto` over log10 density without silent features; sums as if each stood at the middle of its bin. */
function renderHistogram({ first, width, counts }: DensityHistogram): Uint8Array {
  const middles = counts.map((_, bin) => first + (bin + 0.5) * width);
  const sum = (power: number) => counts.reduce((total, count, bin) => total + count * middles[bin]! ** power, 0);
  return Buffer.concat([
    encodeDouble(1, first),
    encodeDouble(2, first + width * counts.length),
    encodeDouble(3, sum(0)),
    encodeDouble(4, sum(1)),
    encodeDouble(5, sum(2)),
    encodeDoubles(
      6,
      counts.map((_, bin) => first + (bin + 1) * width),
    ),
    encodeDoubles(7, counts),
  ]);
}
