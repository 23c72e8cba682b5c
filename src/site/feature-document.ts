import type { ProxyProfiles, SpecificityProfiles } from "../analysis/specificity.ts";
import { type FeatureRecord, parseFeatureRecord } from "../features/feature-record.ts";
import { createFeatureTable, type FeatureTable, renderFeatureTable } from "../features/feature-table.ts";
import type { DictionaryAnnotations, DictionarySummary, Session, Vocabulary } from "../server/api.ts";
import { nameAnswerFile, SITE_FORMAT, type SiteIndex, type StoredAnswer } from "./site-index.ts";

/** What a single file with features shows. */
export interface FeatureDocument {
  readonly title: string;
  readonly items: readonly DocumentItem[];
}

/** One feature in the order of the file, and what was written about it on its list. */
export interface DocumentItem {
  /** Id, such as `demo-main`. */
  readonly dictionary: string;
  readonly feature: number;
  readonly note: string;
}

/** A dictionary whose features a file shows. */
export interface DocumentDictionary {
  readonly summary: DictionarySummary;
  readonly table: FeatureTable;
  /** Records of the features shown, as `renderFeatureRecord` makes them. */
  readonly records: ReadonlyMap<number, Uint8Array>;
  /** What people and methods said about the features; undefined where there is no such thing. */
  readonly annotations: DictionaryAnnotations | undefined;
  /** How features stand to proxies; none where it was not measured. */
  readonly profiles: readonly ProxyProfiles[];
}

/** A run and those of its dictionaries a file shows. */
export interface DocumentContents {
  readonly document: FeatureDocument;
  readonly vocabulary: Vocabulary;
  readonly dictionaries: readonly DocumentDictionary[];
}

/** Where the file's page finds what it shows. */
export const DOCUMENT_ADDRESS = "/api/document";

/** Marks of the template, each replaced once. */
export const DOCUMENT_MARKS = { title: "%TITLE%", index: "%INDEX%", files: "%FILES%" } as const;

/** Proxies of a feature that a file keeps: those it predicts best. */
const PROXIES_KEPT = 8;

const SESSION: Session = { writable: false, live: "none" };

/**
 * Features as one HTML file that needs nothing else: the template, which holds the page's script and style and allows no others by
 * its security policy, with the server's answers within it, cut to what the features' pages show.
 */
export async function renderFeatureDocument(
  template: string,
  contents: DocumentContents,
  compress: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>,
): Promise<string> {
  const answers: Record<string, StoredAnswer> = {};
  const files: Record<string, string> = {};
  for (const [address, bytes] of listAnswers(contents)) {
    const packed = await compress(bytes);
    answers[address] = { bytes: packed.byteLength, planes: 1 };
    files[nameAnswerFile(address)] = encodeBase64(packed);
  }
  const index: SiteIndex = { format: SITE_FORMAT, folder: "", answers, records: {} };
  return template
    .replace(DOCUMENT_MARKS.title, () => escapeText(contents.document.title))
    .replace(DOCUMENT_MARKS.index, () => renderDataBlock(index))
    .replace(DOCUMENT_MARKS.files, () => renderDataBlock(files));
}

/** JSON that cannot end the script element it stands in. */
export function renderDataBlock(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function listAnswers({ document, vocabulary, dictionaries }: DocumentContents): Map<string, Uint8Array<ArrayBuffer>> {
  const tokens = new Set<number>();
  const answers = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { summary, table, records, annotations, profiles } of dictionaries) {
    const address = `/api/d/${summary.id}`;
    const parsed = [...records.values()].map(parseFeatureRecord);
    const lines = new Set(parsed.flatMap(listNamedFeatures));
    for (const token of [...parsed.flatMap(listTokens), ...listTableTokens(table, lines)]) tokens.add(token);
    answers.set(address, encodeJson(summary));
    answers.set(`${address}/table`, new Uint8Array(renderFeatureTable(keepLines(table, lines))));
    for (const [feature, record] of records) answers.set(`${address}/features/${feature}`, new Uint8Array(record));
    answers.set(`${address}/annotations`, encodeJson(keepAnnotations(annotations, lines)));
    const kept: SpecificityProfiles = { profiles: keepProfiles(profiles, [...records.keys()]) };
    if (kept.profiles.length > 0) answers.set(`${address}/analyses/specificity-profiles`, encodeJson(kept));
  }
  const run = dictionaries[0]?.summary.run;
  const kept = vocabulary.tokens.map((bytes, token) => (tokens.has(token) ? bytes : ""));
  answers.set(`/api/runs/${run}/vocabulary`, encodeJson({ ...vocabulary, tokens: kept }));
  answers.set("/api/session", encodeJson(SESSION));
  answers.set(DOCUMENT_ADDRESS, encodeJson(document));
  return answers;
}

/** The feature itself and those its page names. */
function listNamedFeatures({ index, nearestFeatures, correlatedFeatures }: FeatureRecord): number[] {
  return [index, ...[...nearestFeatures, ...correlatedFeatures].map((neighbour) => neighbour.index)];
}

function listTokens({ groups, logits }: FeatureRecord): number[] {
  const examples = groups.flatMap((group) => group.examples.flatMap((example) => example.tokens));
  const weights = logits === null ? [] : [...logits.positive, ...logits.negative];
  return [...examples, ...weights.map(({ token }) => token)];
}

function listTableTokens(table: FeatureTable, lines: ReadonlySet<number>): number[] {
  return [table.topTokens, table.logitTokens].flatMap((column) => {
    const width = column.length / table.firings.length;
    return [...lines].flatMap((line) => [...column.subarray(line * width, (line + 1) * width)]);
  });
}

/** A table as long as the whole one, of which only some lines are known: the others compress to nothing. */
function keepLines(table: FeatureTable, lines: ReadonlySet<number>): FeatureTable {
  const features = table.firings.length;
  const kept = createFeatureTable(features);
  for (const name of Object.keys(kept) as (keyof FeatureTable)[]) {
    const width = table[name].length / features;
    for (const line of lines) kept[name].set(table[name].subarray(line * width, (line + 1) * width), line * width);
  }
  return kept;
}

function keepAnnotations(
  said: DictionaryAnnotations = { annotations: [], explanations: [] },
  lines: ReadonlySet<number>,
): DictionaryAnnotations {
  return {
    annotations: said.annotations.filter(({ feature }) => lines.has(feature)),
    explanations: said.explanations.filter(({ feature }) => lines.has(feature)),
  };
}

/** What is known of the features shown, for the proxies that each predicts best. */
function keepProfiles(profiles: readonly ProxyProfiles[], features: readonly number[]): ProxyProfiles[] {
  const best = new Set(
    features.flatMap((feature) => {
      const found = profiles.flatMap((proxy) => proxy.features.filter(({ index }) => index === feature));
      return found.sort((a, b) => b.f1 - a.f1).slice(0, PROXIES_KEPT);
    }),
  );
  const kept = profiles.map((proxy) => ({
    ...proxy,
    features: proxy.features.filter((match) => best.has(match)),
    neurons: [],
  }));
  return kept.filter((proxy) => proxy.features.length > 0);
}

function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Text that is no markup. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
