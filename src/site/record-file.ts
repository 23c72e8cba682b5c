const OFFSET_BYTES = 4;

/** Records of neighbouring features as one: the number of records, where each ends (uint32), then all of them. */
export function joinRecords(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const start = (records.length + 1) * OFFSET_BYTES;
  const bytes = new Uint8Array(records.reduce((sum, record) => sum + record.byteLength, start));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, records.length, true);
  let at = start;
  for (const [place, record] of records.entries()) {
    bytes.set(record, at);
    at += record.byteLength;
    view.setUint32((place + 1) * OFFSET_BYTES, at, true);
  }
  return bytes;
}

/** One of the records of `joinRecords`; bytes that are none throw an `Error`. */
export function takeRecord(bytes: Uint8Array<ArrayBuffer>, place: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.byteLength < OFFSET_BYTES ? 0 : view.getUint32(0, true);
  const first = (count + 1) * OFFSET_BYTES;
  if (place >= count || first > bytes.byteLength)
    throw new Error(`record ${place} is not among the ${count} of a file`);
  const start = place === 0 ? first : view.getUint32(place * OFFSET_BYTES, true);
  const end = view.getUint32((place + 1) * OFFSET_BYTES, true);
  if (start < first || end < start || end > bytes.byteLength)
    throw new Error(`record ${place} of a file reaches from ${start} to ${end} of ${bytes.byteLength} bytes`);
  return bytes.slice(start, end);
}
