import { type FeatureRecord, parseFeatureRecord } from "../../src/features/feature-record.ts";
import { type FeatureTable, parseFeatureTable } from "../../src/features/feature-table.ts";
import { namePack } from "../../src/features/name-pack.ts";
import type { DictionaryDetails, DictionarySummary, Vocabulary } from "../../src/server/api.ts";
import type { FeaturePackHeader } from "../../src/store/feature-pack.ts";
import { isServerGone } from "./connection.ts";
import { fetchBytes, fetchJson } from "./fetch-data.ts";
import { createTokenNames, type TokenNames } from "./token-names.ts";

/** What the pages of a dictionary's features need beside a single feature's record. */
export interface DictionaryData {
  /** A file of single features says less. */
  readonly summary: DictionarySummary &
    Partial<Pick<DictionaryDetails, "comparisons" | "specificity" | "analyses" | "packWarning">>;
  readonly pack: FeaturePackHeader;
  readonly table: FeatureTable;
  readonly names: TokenNames;
}

/** A feature's record with the data of its dictionary. */
export interface FeatureData {
  readonly data: DictionaryData;
  readonly record: FeatureRecord;
}

/** What says where the records of a dictionary are. */
type PackOfDictionary = Pick<DictionaryData, "summary" | "pack">;

interface KeptRecord {
  readonly promise: Promise<FeatureRecord>;
  /** Once it is here. */
  record?: FeatureRecord;
}

const KEPT_RECORDS = 300;
const ATTEMPTS = 3;
const loaded = new Map<string, DictionaryData>();
const records = new Map<string, KeptRecord>();

/** Loads a dictionary's table and vocabulary, or takes what is here when its pack is still the same. */
export async function loadDictionary(id: string, signal?: AbortSignal): Promise<DictionaryData> {
  return loadTable(await loadPack(id, signal), signal);
}

/** Which pack a dictionary has now. */
async function loadPack(id: string, signal: AbortSignal | undefined): Promise<PackOfDictionary> {
  const summary = await loadSummary(id, signal);
  const { pack, packProblem } = summary;
  if (packProblem !== null) throw new Error(packProblem);
  if (pack === null)
    throw new Error(
      `The features of this dictionary have not been computed yet: its run does it, or monosem features --run ${summary.run} --dictionary ${summary.name}.`,
    );
  return { summary, pack };
}

async function loadTable({ summary, pack }: PackOfDictionary, signal?: AbortSignal): Promise<DictionaryData> {
  const { id } = summary;
  const known = loaded.get(id);
  if (known !== undefined && namePack(known.pack) === namePack(pack)) return known;
  const [table, vocabulary] = await Promise.all([
    fetchBytes(`/api/d/${id}/table?pack=${namePack(pack)}`, signal),
    fetchJson<Vocabulary>(`/api/runs/${summary.run}/vocabulary`, signal),
  ]);
  const data = { summary, pack, table: parseFeatureTable(table), names: createTokenNames(vocabulary) };
  loaded.set(id, data);
  return data;
}

/** What is here of a dictionary, as it was seen last. */
export function peekDictionary(id: string): DictionaryData | undefined {
  return loaded.get(id);
}

/** What the server says of a dictionary; while it does not answer, what it said last. */
async function loadSummary(id: string, signal: AbortSignal | undefined): Promise<DictionaryData["summary"]> {
  try {
    return await fetchJson<DictionaryDetails>(`/api/d/${id}`, signal);
  } catch (error) {
    const known = loaded.get(id)?.summary;
    if (known === undefined || !isServerGone.value) throw error;
    return known;
  }
}

/**
 * A feature's record with the data of its dictionary, both of one pack also while packs are being replaced; they are asked for
 * together.
 */
export async function loadFeature(id: string, feature: number, signal: AbortSignal): Promise<FeatureData> {
  for (let attempt = 1; ; attempt++) {
    const of = await loadPack(id, signal);
    try {
      const [data, record] = await Promise.all([loadTable(of, signal), loadRecord(of, feature)]);
      return { data, record };
    } catch (error) {
      const { pack } = await fetchJson<DictionaryDetails>(`/api/d/${id}`, signal);
      const isReplaced = pack !== null && namePack(pack) !== namePack(of.pack);
      if (!isReplaced || attempt === ATTEMPTS) throw error;
    }
  }
}

/** What is here of a feature, of the pack that was seen last. */
export function peekFeature(id: string, feature: number): FeatureData | undefined {
  const data = loaded.get(id);
  const record = data && records.get(addressRecord(data, feature))?.record;
  return data && record && { data, record };
}

/** A feature's record; those asked for lately are kept. */
export function loadRecord(of: PackOfDictionary, feature: number): Promise<FeatureRecord> {
  const address = addressRecord(of, feature);
  const known = records.get(address);
  if (known !== undefined) return known.promise;
  const kept: KeptRecord = { promise: fetchBytes(address).then(parseFeatureRecord) };
  records.set(address, kept);
  kept.promise.then(
    (record) => {
      kept.record = record;
    },
    () => records.delete(address),
  );
  if (records.size > KEPT_RECORDS) records.delete(records.keys().next().value!);
  return kept.promise;
}

function addressRecord({ summary, pack }: PackOfDictionary, feature: number): string {
  return `/api/d/${summary.id}/features/${feature}?pack=${namePack(pack)}`;
}
