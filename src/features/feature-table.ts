import { type ExampleGroup, type FeatureRecord, RECORD_VERSION } from "./feature-record.ts";
import { measureMoments } from "./moments.ts";
import { parseSections, renderSections, requireSection } from "./sections.ts";

/** A line per feature of what tables and filters need, column by column. */
export interface FeatureTable {
  /** Tokens on which each feature is active; density = firings / tokens of the pack. */
  readonly firings: Uint32Array; // [features]
  readonly maximum: Float32Array; // [features]
  /** Mean of the non-zero activations; 0 for a feature that never fired. */
  readonly mean: Float32Array; // [features]
  /** Fisher kurtosis of the non-zero activations; NaN where they do not vary. */
  readonly kurtosis: Float32Array; // [features]
  /** Mean change of the loss when the feature is ablated where it fires, in nats; NaN where unknown. */
  readonly ablation: Float32Array; // [features]
  /** Share of the direction's squared norm in its largest entry. */
  readonly directionTopShare: Float32Array; // [features]
  /** The largest logit weight; NaN where the site has no direct path to the logits. */
  readonly maximumLogit: Float32Array; // [features]
  /** The most frequent centre tokens of the top examples, -1 where there are fewer than 3 distinct ones. */
  readonly topTokens: Int32Array; // [features, 3]
  /** The tokens with the largest logit weights, -1 where there are fewer than 5. */
  readonly logitTokens: Int32Array; // [features, 5]
}

/** Centre tokens kept for each feature. */
export const TOP_TOKENS = 3;

/** Tokens kept for each feature of those it makes likelier. */
export const LOGIT_TOKENS = 5;

const ENTRY_BYTES = 4;

/** Each column's section and its entries a feature. */
const COLUMNS = {
  firings: { tag: 1, width: 1 },
  maximum: { tag: 2, width: 1 },
  mean: { tag: 3, width: 1 },
  topTokens: { tag: 4, width: TOP_TOKENS },
  kurtosis: { tag: 5, width: 1 },
  ablation: { tag: 6, width: 1 },
  directionTopShare: { tag: 7, width: 1 },
  maximumLogit: { tag: 8, width: 1 },
  logitTokens: { tag: 9, width: LOGIT_TOKENS },
} as const satisfies Record<keyof FeatureTable, { readonly tag: number; readonly width: number }>;

/** A table of features of which nothing is known yet: zeros, NaN and no tokens. */
export function createFeatureTable(features: number): FeatureTable {
  return {
    firings: new Uint32Array(features),
    maximum: new Float32Array(features),
    mean: new Float32Array(features),
    kurtosis: new Float32Array(features).fill(Number.NaN),
    ablation: new Float32Array(features).fill(Number.NaN),
    directionTopShare: new Float32Array(features),
    maximumLogit: new Float32Array(features).fill(Number.NaN),
    topTokens: new Int32Array(features * TOP_TOKENS).fill(-1),
    logitTokens: new Int32Array(features * LOGIT_TOKENS).fill(-1),
  };
}

/** Fills the line of a record's feature. */
export function writeFeatureLine(table: FeatureTable, record: FeatureRecord): void {
  const { index, firings, logits } = record;
  table.firings[index] = firings;
  table.maximum[index] = record.maximum;
  table.mean[index] = firings > 0 ? record.sum / firings : 0;
  table.kurtosis[index] = measureMoments(record).kurtosis;
  table.ablation[index] = record.ablation?.mean ?? Number.NaN;
  table.directionTopShare[index] = record.direction.topShare;
  table.maximumLogit[index] = logits?.maximum ?? Number.NaN;
  table.topTokens.set(listTopTokens(record.groups, record.window), index * TOP_TOKENS);
  const likeliest = logits?.positive.slice(0, LOGIT_TOKENS).map(({ token }) => token) ?? [];
  table.logitTokens.set(likeliest, index * LOGIT_TOKENS);
}

/** The most frequent centre tokens of the top examples, of equally frequent ones the one with the strongest example first. */
export function listTopTokens(groups: readonly ExampleGroup[], window: number): number[] {
  const counts = new Map<number, number>();
  for (const { tokens } of groups.find((group) => group.kind === "top")?.examples ?? []) {
    counts.set(tokens[window]!, (counts.get(tokens[window]!) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, TOP_TOKENS).map(([token]) => token);
}

/** The table as bytes: one section a column, little-endian. */
export function renderFeatureTable(table: FeatureTable): Uint8Array {
  const sections = new Map<number, Uint8Array>();
  for (const name of Object.keys(COLUMNS) as (keyof FeatureTable)[]) {
    const column = table[name];
    sections.set(COLUMNS[name].tag, new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return renderSections(RECORD_VERSION, sections);
}

/** A table from its bytes. Columns this reader does not know are skipped; damaged bytes throw an `Error`. */
export function parseFeatureTable(bytes: Uint8Array): FeatureTable {
  const what = "feature table";
  const sections = parseSections(bytes, RECORD_VERSION, what);
  const { byteLength } = requireSection(sections, COLUMNS.firings.tag, what);
  const read = (name: keyof FeatureTable): ArrayBuffer => {
    const { tag, width } = COLUMNS[name];
    const section = requireSection(sections, tag, what);
    if (section.byteLength !== byteLength * width || byteLength % ENTRY_BYTES !== 0) {
      throw new Error(
        `feature table is damaged: column ${tag} has ${section.byteLength} bytes, wanted ${byteLength * width}`,
      );
    }
    return new Uint8Array(section).buffer;
  };
  return {
    firings: new Uint32Array(read("firings")),
    maximum: new Float32Array(read("maximum")),
    mean: new Float32Array(read("mean")),
    kurtosis: new Float32Array(read("kurtosis")),
    ablation: new Float32Array(read("ablation")),
    directionTopShare: new Float32Array(read("directionTopShare")),
    maximumLogit: new Float32Array(read("maximumLogit")),
    topTokens: new Int32Array(read("topTokens")),
    logitTokens: new Int32Array(read("logitTokens")),
  };
}
