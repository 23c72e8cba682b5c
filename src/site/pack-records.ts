import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FeaturePack } from "../store/feature-pack.ts";
import { joinRecords } from "./record-file.ts";

/** What a feature's page may have to fetch, unless one record alone is larger. */
const FILE_BYTES = 30_000;
const SIZES = [16, 8, 4, 2] as const;
const FAST = { level: 1 };
const BEST = { level: 9 };

/** One file of records, gzip'd. */
interface RecordFile {
  readonly file: number;
  readonly bytes: Uint8Array;
  /** Features in this file and those before it. */
  readonly features: number;
}

/** How many features' records go into a file: the most for which every file stays within 30 kB. */
export async function chooseRecordsPerFile(pack: FeaturePack): Promise<number> {
  for (const perFile of SIZES) if (await fits(pack, perFile)) return perFile;
  return 1;
}

/** A pack's records as files of `perFile` features each, the last of the rest. */
export async function* packRecords(pack: FeaturePack, perFile: number): AsyncGenerator<RecordFile> {
  for (let file = 0; file * perFile < pack.header.features; file++) {
    const records = readRecords(pack, file, perFile);
    const bytes = await promisify(gzip)(joinRecords(records), BEST);
    yield { file, bytes, features: file * perFile + records.length };
  }
}

/** What fits when it is compressed quickly fits when it is compressed well. */
async function fits(pack: FeaturePack, perFile: number): Promise<boolean> {
  for (let file = 0; file * perFile < pack.header.features; file++) {
    const bytes = await promisify(gzip)(joinRecords(readRecords(pack, file, perFile)), FAST);
    if (bytes.byteLength > FILE_BYTES) return false;
  }
  return true;
}

function readRecords(pack: FeaturePack, file: number, perFile: number): Uint8Array[] {
  const first = file * perFile;
  const count = Math.min(perFile, pack.header.features - first);
  return Array.from({ length: count }, (_, place) => pack.record(first + place));
}
