// A file of sections: version u8, then per section its tag u8, its length u32 and its bytes; all numbers little-endian.

/** The contents of a file by section tag. */
export type Sections = ReadonlyMap<number, Uint8Array>;

const HEAD_BYTES = 1;
const SECTION_HEAD_BYTES = 5;

/** Joins sections into one file. */
export function renderSections(version: number, sections: Sections): Uint8Array {
  const lengths = [...sections.values()].map((content) => SECTION_HEAD_BYTES + content.byteLength);
  const bytes = new Uint8Array(lengths.reduce((total, length) => total + length, HEAD_BYTES));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, version);
  let at = HEAD_BYTES;
  for (const [tag, content] of sections) {
    view.setUint8(at, tag);
    view.setUint32(at + 1, content.byteLength, true);
    bytes.set(content, at + SECTION_HEAD_BYTES);
    at += SECTION_HEAD_BYTES + content.byteLength;
  }
  return bytes;
}

/** Splits a file into its sections, known or not; `what` names the file in the `Error` of a damaged one. */
export function parseSections(bytes: Uint8Array, version: number, what: string): Sections {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength === 0) throw new Error(`${what} is empty`);
  if (view.getUint8(0) !== version) {
    throw new Error(`${what} has version ${view.getUint8(0)}, this tool reads version ${version}`);
  }
  const sections = new Map<number, Uint8Array>();
  let at = HEAD_BYTES;
  while (at < bytes.byteLength) {
    if (at + SECTION_HEAD_BYTES > bytes.byteLength) throw new Error(`${what} is cut off at byte ${at}`);
    const tag = view.getUint8(at);
    const length = view.getUint32(at + 1, true);
    const start = at + SECTION_HEAD_BYTES;
    if (start + length > bytes.byteLength) throw new Error(`${what} is cut off within section ${tag}`);
    if (sections.has(tag)) throw new Error(`${what} holds section ${tag} twice`);
    sections.set(tag, bytes.subarray(start, start + length));
    at = start + length;
  }
  return sections;
}

/** A section's bytes; an `Error` where it is missing. */
export function requireSection(sections: Sections, tag: number, what: string): Uint8Array {
  const section = sections.get(tag);
  if (section === undefined) throw new Error(`${what} lacks section ${tag}`);
  return section;
}
