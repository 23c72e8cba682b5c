import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { LEAVABLE_PARTS } from "../features/feature-record.ts";
import { UserError } from "../numerics/user-error.ts";
import { createFile, makeFolder, moveTo, removeFolder, removeIfPossible } from "./disk.ts";
import { explainWriteError, nameTemporary, writeAtomically, writeJson } from "./write-atomically.ts";

/** Format of the packs this tool writes and reads; another one is built anew. */
export const PACK_FORMAT_VERSION = 2;

/** Hashed within a fraction of a millisecond, so that whoever opens a pack beside other work delays it by no more. */
const BLOCK_BYTES = 1 << 18;
const OPEN_ATTEMPTS = 5;
const GENERATION = /^[0-9a-f]{16}$/;
const OFFSET_BYTES = 8;

const fileSchema = z.strictObject({
  bytes: z.int().min(0).describe("size"),
  sha256: z.string().describe("SHA-256 of its bytes"),
});

const headerSchema = z.strictObject({
  formatVersion: z.literal(PACK_FORMAT_VERSION).describe("format of the pack"),
  dictionary: z.string().describe("name of the dictionary"),
  features: z.int().min(1).describe("number of features, one record each"),
  tokens: z.int().min(1).describe("held-out tokens searched for examples"),
  contexts: z.int().min(1).describe("contexts those tokens came in"),
  window: z.int().min(0).describe("tokens shown on each side of an example's centre"),
  site: z.string().describe("where in the model the dictionary reads"),
  layerNormScale: z.number().positive().nullable().describe("constant scale of the final layer norm in logit weights"),
  correlationTokens: z.int().min(0).describe("tokens over which activations were correlated"),
  ablation: z.enum(["direct", "rerun"]).describe("effects from the final layer norm on, or by rerunning from the site"),
  dictionarySha256: z.string().describe("SHA-256 of the dictionary's directions as float32"),
  tokensSha256: z.string().describe("SHA-256 of the held-out token ids"),
  seed: z.int().min(0).describe("seed of the samples"),
  toolVersion: z.string().describe("version of this tool"),
  partial: z.boolean().describe("built from a checkpoint while the dictionary was training"),
  leftOut: z.array(z.enum(LEAVABLE_PARTS)).default([]).describe("what a first look does not compute"),
  vocabularySize: z.int().min(1).describe("number of tokens the model knows"),
  unusedTokens: z.array(z.int().min(0)).default([]).describe("ids in neither text, which logit weights leave out"),
  files: z.strictObject({
    "records.bin": fileSchema,
    "index.bin": fileSchema,
    "table.bin": fileSchema,
  }),
});

/** What a pack holds and what it was computed from. */
export type FeaturePackHeader = z.infer<typeof headerSchema>;

/** The header's fields that the builder knows; the rest is added when the pack is published. */
export type FeaturePackDescription = Omit<FeaturePackHeader, "formatVersion" | "files" | "features">;

/** A pack under construction, invisible to readers until it is published. */
export interface FeaturePackWriter {
  /** Appends the record of the next feature. */
  add(record: Uint8Array): void;
  /** Makes the pack the current one and removes the one before; returns the paths of its files. */
  publish(description: FeaturePackDescription, table: Uint8Array): readonly string[];
  /** Removes what was written; nothing once the pack is published. */
  discard(): void;
}

/** Everything about the features of one dictionary, opened for reading. */
export interface FeaturePack {
  readonly header: FeaturePackHeader;
  /** The table of all features, as `parseFeatureTable` takes it. */
  table(): Uint8Array<ArrayBuffer>;
  /** The bytes of one feature, as `parseFeatureRecord` takes them. */
  record(feature: number): Uint8Array<ArrayBuffer>;
  close(): void;
}

/**
 * A new generation of the pack in `folder`: `<generation>/{records,index,table}.bin` and `header.json`, and `current.json`
 * naming the generation, written last. A generation is named by its contents, so equal packs have equal bytes.
 */
export function createFeaturePackWriter(folder: string): FeaturePackWriter {
  const temporary = nameTemporary(folder);
  const recordsPath = join(temporary, "records.bin");
  const records = reporting(recordsPath, () => {
    makeFolder(temporary);
    return createFile(recordsPath);
  });
  const hash = createHash("sha256");
  const offsets = [0];
  return {
    add: (record) => {
      reporting(recordsPath, () => records.write(record));
      hash.update(record);
      offsets.push(offsets.at(-1)! + record.byteLength);
    },
    publish: (description, table) => {
      reporting(recordsPath, records.sync);
      records.close();
      const index = new Uint8Array(BigUint64Array.from(offsets, BigInt).buffer);
      writeAtomically(join(temporary, "index.bin"), index);
      writeAtomically(join(temporary, "table.bin"), table);
      const header = headerSchema.parse({
        formatVersion: PACK_FORMAT_VERSION,
        features: offsets.length - 1,
        ...description,
        files: {
          "records.bin": { bytes: offsets.at(-1), sha256: hash.digest("hex") },
          "index.bin": describe(index),
          "table.bin": describe(table),
        },
      });
      writeJson(join(temporary, "header.json"), header);
      return publishGeneration(folder, temporary);
    },
    discard: () => {
      records.close();
      removeIfPossible(temporary);
    },
  };
}

/**
 * Opens the current pack of a folder after checking the size and SHA-256 of each of its files. What was opened stays
 * readable while a newer generation takes its place. Throws a `UserError` naming the file that is missing or damaged.
 */
export function openFeaturePack(folder: string): FeaturePack {
  const opening = openCurrent(folder);
  for (;;) {
    const step = opening.next();
    if (step.done) return step.value;
  }
}

/** `openFeaturePack` that lets other work go on between blocks of the files. */
export async function openFeaturePackGradually(folder: string): Promise<FeaturePack> {
  const opening = openCurrent(folder);
  for (;;) {
    const step = opening.next();
    if (step.done) return step.value;
    await setImmediate();
  }
}

/** Yields after each block that was checked. */
function* openCurrent(folder: string): Generator<void, FeaturePack> {
  for (let attempt = 1; ; attempt++) {
    try {
      return yield* openGeneration(folder, readGeneration(folder));
    } catch (error) {
      const replaced = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (!replaced) throw error;
      if (attempt === OPEN_ATTEMPTS) throw damaged((error as NodeJS.ErrnoException).path ?? folder, "is missing");
    }
  }
}

function publishGeneration(folder: string, temporary: string): readonly string[] {
  const generation = createHash("sha256")
    .update(readFileSync(join(temporary, "header.json")))
    .digest("hex")
    .slice(0, 16);
  const target = join(folder, generation);
  if (!isIntact(folder, generation)) {
    removeFolder(target);
    reporting(target, () => moveTo(temporary, target));
  }
  writeJson(join(folder, "current.json"), { generation });
  for (const name of readdirSync(folder)) {
    // What another process is writing there is left to it.
    if (name !== generation && GENERATION.test(name)) removeFolder(join(folder, name));
  }
  const files = ["header.json", "index.bin", "records.bin", "table.bin"].map((name) => join(target, name));
  return [join(folder, "current.json"), ...files];
}

function isIntact(folder: string, generation: string): boolean {
  try {
    const opening = openGeneration(folder, generation);
    for (;;) {
      const step = opening.next();
      if (!step.done) continue;
      step.value.close();
      return true;
    }
  } catch {
    return false;
  }
}

function readGeneration(folder: string): string {
  const path = join(folder, "current.json");
  if (!existsSync(path)) throw damaged(path, "is missing");
  const pointer = parseJson(path, readFileSync(path, "utf8")) as { generation?: unknown } | null;
  const generation = pointer?.generation;
  if (typeof generation !== "string" || !GENERATION.test(generation)) throw damaged(path, "names no generation");
  return generation;
}

function* openGeneration(folder: string, generation: string): Generator<void, FeaturePack> {
  const at = (name: string) => join(folder, generation, name);
  const open: number[] = [];
  const openChecked = function* (name: keyof FeaturePackHeader["files"], header: FeaturePackHeader) {
    const file = openSync(at(name), "r");
    open.push(file);
    yield* checkFile(file, at(name), header.files[name]);
    return file;
  };
  try {
    const header = readHeader(at("header.json"), generation);
    const table = yield* openChecked("table.bin", header);
    const offsets = readOffsets(yield* openChecked("index.bin", header), at("index.bin"), header);
    const records = yield* openChecked("records.bin", header);
    return {
      header,
      table: () => readPart(table, 0, header.files["table.bin"].bytes),
      record: (feature) => readRecord(records, offsets, feature),
      close: () => open.forEach(closeSync),
    };
  } catch (error) {
    open.forEach(closeSync);
    throw error;
  }
}

function readHeader(path: string, generation: string): FeaturePackHeader {
  const bytes = readFileSync(path);
  const hash = createHash("sha256").update(bytes).digest("hex");
  if (!hash.startsWith(generation)) throw damaged(path, `does not belong to generation ${generation}`);
  const json = parseJson(path, bytes.toString("utf8"));
  const formatVersion = (json as { formatVersion?: unknown } | null)?.formatVersion;
  if (formatVersion !== PACK_FORMAT_VERSION) throw outdated(path, formatVersion);
  const result = headerSchema.safeParse(json);
  if (!result.success) throw damaged(path, `cannot be read: ${result.error.issues[0]?.message}`);
  return result.data;
}

function* checkFile(file: number, path: string, wanted: z.infer<typeof fileSchema>): Generator<void, void> {
  const { size } = fstatSync(file);
  if (size !== wanted.bytes) throw damaged(path, `has ${size} bytes, wanted ${wanted.bytes}`);
  const hash = createHash("sha256");
  const block = new Uint8Array(BLOCK_BYTES);
  for (let at = 0; at < size; ) {
    const count = readSync(file, block, 0, BLOCK_BYTES, at);
    if (count === 0) break;
    hash.update(block.subarray(0, count));
    at += count;
    yield;
  }
  if (hash.digest("hex") !== wanted.sha256) throw damaged(path, "was altered: its SHA-256 differs");
}

function readOffsets(file: number, path: string, header: FeaturePackHeader): BigUint64Array {
  const { bytes } = header.files["index.bin"];
  if (bytes !== (header.features + 1) * OFFSET_BYTES)
    throw damaged(path, `has ${bytes} bytes for ${header.features} features`);
  return new BigUint64Array(readPart(file, 0, bytes).buffer);
}

function readRecord(file: number, offsets: BigUint64Array, feature: number): Uint8Array<ArrayBuffer> {
  const start = offsets[feature];
  const end = offsets[feature + 1];
  if (start === undefined || end === undefined) {
    throw new RangeError(`feature ${feature} is not among the pack's ${offsets.length - 1}`);
  }
  return readPart(file, Number(start), Number(end - start));
}

function readPart(file: number, start: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const count = readSync(file, bytes, done, length - done, start + done);
    if (count === 0) throw new Error(`the pack's files end before byte ${start + length}`);
    done += count;
  }
  return bytes;
}

function outdated(path: string, formatVersion: unknown): UserError {
  const { run, dictionary } = locate(path);
  return new UserError(
    `${path} is of format ${formatVersion}, this version of monosem reads format ${PACK_FORMAT_VERSION}; run monosem features --run ${run} --dictionary ${dictionary} to build the feature pages anew`,
  );
}

function locate(path: string): { readonly run: string; readonly dictionary: string } {
  const pack = path.endsWith("current.json") ? dirname(path) : dirname(dirname(path));
  return { run: resolve(pack, "../../.."), dictionary: basename(dirname(pack)) };
}

function damaged(path: string, what: string): UserError {
  const { run, dictionary } = locate(path);
  return new UserError(
    `${path} ${what}; delete ${join(run, "stages", `features-${dictionary}.json`)} and run monosem features --run ${run} --dictionary ${dictionary} to build the feature pages anew`,
  );
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(path, "is not JSON");
  }
}

function describe(bytes: Uint8Array): z.infer<typeof fileSchema> {
  return { bytes: bytes.byteLength, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function reporting<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw explainWriteError(error, path);
  }
}
