import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { z } from "zod";
import { UserError } from "../numerics/user-error.ts";
import { writeJson } from "./write-atomically.ts";

const outputSchema = z.strictObject({
  path: z
    .string()
    .refine(staysInside, "a path that leaves the run directory")
    .describe("relative to the run directory"),
  bytes: z.int().min(0).describe("size"),
  sha256: z.string().describe("SHA-256 of its bytes"),
});

const recordSchema = z.strictObject({
  stage: z.string().describe("name of the stage, with the dictionary where each has its own"),
  inputs: z.string().describe("hash of all the stage was computed from"),
  outputs: z.array(outputSchema).readonly().describe("the files it wrote"),
});

/** What a finished stage leaves: the hash of all it was computed from, and size and SHA-256 of each file it wrote. */
export type StageRecord = z.output<typeof recordSchema>;

const BLOCK_BYTES = 1 << 22;

/** SHA-256 of a value written as JSON with sorted keys. */
export function hashValue(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sortKeys(value)))
    .digest("hex");
}

/** SHA-256 of a file's bytes, read in blocks. */
export function hashFile(path: string): string {
  const hash = createHash("sha256");
  const block = Buffer.alloc(BLOCK_BYTES);
  const file = openSync(path, "r");
  try {
    for (;;) {
      const count = readSync(file, block, 0, BLOCK_BYTES, null);
      if (count === 0) return hash.digest("hex");
      hash.update(block.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}

/** Records a finished stage; `files` are its outputs. The record is written last, so that an interrupted stage has none. */
export function writeStageRecord(root: string, stage: string, inputs: string, files: readonly string[]): StageRecord {
  const outputs = files.map((file) => ({
    path: relative(root, file).replaceAll("\\", "/"),
    bytes: statSync(file).size,
    sha256: hashFile(file),
  }));
  const record: StageRecord = { stage, inputs, outputs };
  writeJson(recordPath(root, stage), record);
  return record;
}

/** The record of a finished stage, if there is one. */
export function readStageRecord(root: string, stage: string): StageRecord | undefined {
  const path = recordPath(root, stage);
  if (!existsSync(path)) return undefined;
  const result = recordSchema.safeParse(parseJson(readFileSync(path, "utf8")));
  if (result.success) return result.data;
  const { path: field, message } = result.error.issues[0]!;
  throw new UserError(
    `${path} is damaged: ${["the record", ...field].join(".")}: ${message}; delete it and run the same command again`,
  );
}

/** Checks that every output of a record is there and unaltered; throws a `UserError` naming the first that is not. */
export function verifyStageRecord(root: string, record: StageRecord): void {
  for (const output of record.outputs) {
    const path = join(root, output.path);
    const remedy = `delete ${recordPath(root, record.stage)} and run the same command again to compute it anew`;
    if (!existsSync(path)) throw new UserError(`${path} is missing, but stage ${record.stage} wrote it; ${remedy}`);
    const bytes = statSync(path).size;
    if (bytes !== output.bytes)
      throw new UserError(`${path} is damaged: ${bytes} bytes, ${output.bytes} were written; ${remedy}`);
    if (hashFile(path) !== output.sha256)
      throw new UserError(`${path} was altered since stage ${record.stage} wrote it (its SHA-256 differs); ${remedy}`);
  }
}

/** Hash of a stage's outputs, which the stages after it take as their input. */
export function hashOutputs(record: StageRecord): string {
  return hashValue(record.outputs.map(({ path, sha256 }) => [path, sha256]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function staysInside(path: string): boolean {
  return !isAbsolute(path) && !path.split(/[\\/]/).includes("..");
}

function recordPath(root: string, stage: string): string {
  return join(root, "stages", `${stage}.json`);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
