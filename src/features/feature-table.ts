import { parseSections, renderSections, requireSection } from "./sections.ts";

/** A line per feature of what tables and filters need, column by column. */
export interface FeatureTable {
  /** Tokens on which each feature is active; density = firings / tokens of the pack. */
  readonly firings: Uint32Array; // [features]
  readonly maximum: Float32Array; // [features]
  /** Mean of the non-zero activations; 0 for a feature that never fired. */
  readonly mean: Float32Array; // [features]
  /** The most frequent centre tokens of the top examples, -1 where there are fewer than 3 distinct ones. */
  readonly topTokens: Int32Array; // [features, 3]
}

/** Centre tokens kept for each feature. */
export const TOP_TOKENS = 3;

const VERSION = 1;
const TAGS = { firings: 1, maximum: 2, mean: 3, topTokens: 4 } as const;
const ENTRY_BYTES = 4;

/** A table of zeros, without top tokens. */
export function createFeatureTable(features: number): FeatureTable {
  return {
    firings: new Uint32Array(features),
    maximum: new Float32Array(features),
    mean: new Float32Array(features),
    topTokens: new Int32Array(features * TOP_TOKENS).fill(-1),
  };
}

/** The table as bytes: one section a column, little-endian. */
export function renderFeatureTable(table: FeatureTable): Uint8Array {
  const bytes = (column: Uint32Array | Float32Array | Int32Array) =>
    new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  return renderSections(
    VERSION,
    new Map([
      [TAGS.firings as number, bytes(table.firings)],
      [TAGS.maximum, bytes(table.maximum)],
      [TAGS.mean, bytes(table.mean)],
      [TAGS.topTokens, bytes(table.topTokens)],
    ]),
  );
}

/** A table from its bytes. Columns this reader does not know are skipped; damaged bytes throw an `Error`. */
export function parseFeatureTable(bytes: Uint8Array): FeatureTable {
  const sections = parseSections(bytes, VERSION, "feature table");
  const firings = new Uint32Array(copyColumn(requireSection(sections, TAGS.firings, "feature table")));
  const column = (tag: number, width: number): ArrayBuffer => {
    const section = requireSection(sections, tag, "feature table");
    if (section.byteLength !== firings.byteLength * width) {
      throw new Error(
        `feature table is damaged: column ${tag} has ${section.byteLength} bytes, wanted ${firings.byteLength * width}`,
      );
    }
    return copyColumn(section);
  };
  return {
    firings,
    maximum: new Float32Array(column(TAGS.maximum, 1)),
    mean: new Float32Array(column(TAGS.mean, 1)),
    topTokens: new Int32Array(column(TAGS.topTokens, TOP_TOKENS)),
  };
}

/** The same bytes in a buffer of their own, at an address typed arrays accept. */
function copyColumn(section: Uint8Array): ArrayBuffer {
  if (section.byteLength % ENTRY_BYTES !== 0) {
    throw new Error(`feature table is damaged: a column of ${section.byteLength} bytes`);
  }
  return new Uint8Array(section).buffer;
}
