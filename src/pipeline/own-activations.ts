import { existsSync } from "node:fs";
import { z } from "zod";
import { type RowSplit, splitRows } from "../activations/row-order.ts";
import { readActivationTables } from "../interchange/activation-files.ts";
import { hashSample } from "../interchange/sample-hash.ts";
import { UserError } from "../numerics/user-error.ts";
import { readJson } from "../store/read-json.ts";
import { nameTable, type RowTable } from "../store/row-tables.ts";
import type { RunPaths } from "../store/run-directory.ts";
import { writeJson } from "../store/write-atomically.ts";
import type { Experiment } from "./experiment.ts";

const fileSchema = z.strictObject({
  file: z.string().describe("absolute path, with the tensor's name where the file has several"),
  dtype: z.enum(["F32", "F16", "BF16"]).describe("how its numbers are stored"),
  rows: z.int().min(0).describe("activation vectors"),
  width: z.int().min(0).describe("numbers per vector"),
  bytes: z.int().min(0).describe("size of the file"),
  sha256: z.string().describe("SHA-256 of the file, of samples where it is large"),
});

/** One file, or tensor of a file, that a run learns from. */
export type ActivationFile = z.output<typeof fileSchema>;

/** The activations that an experiment's files hold. */
export interface OwnActivations {
  readonly tables: readonly RowTable[];
  readonly width: number;
  /** Which rows are learned from and which are held out. */
  readonly split: RowSplit;
  /** What tells whether the files are still the same. */
  readonly files: readonly ActivationFile[];
}

/** What the statistics of a run's files are kept under, in place of a site. */
export const FILES_SITE = "files";

const HELD_OUT_LIMIT = 200_000;

/** Whether an experiment learns from files of activations, and so has neither text nor model. */
export function learnsFromFiles({ activations }: Experiment): boolean {
  return activations.files.length > 0;
}

/** What the statistics of an experiment's activations are kept under. */
export function statisticsSite(experiment: Experiment): string {
  return learnsFromFiles(experiment) ? FILES_SITE : experiment.dictionary.site;
}

/** Looks at an experiment's files without reading their rows; whatever is wrong with them, and any change since the run was begun, is a `UserError`. */
export function inspectOwnActivations(experiment: Experiment, paths: RunPaths): OwnActivations {
  const { activations, seed, dictionary } = experiment;
  const tables = readActivationTables(activations.files);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const split = splitRows(rows, { share: activations.heldOutShare, limit: HELD_OUT_LIMIT, seed });
  if (split.rows < dictionary.batch)
    throw new UserError(
      `the files hold ${rows} activation vectors, ${split.rows} of them to learn from: fewer than one batch of ${dictionary.batch}; give more, or set dictionary.batch`,
      2,
    );
  const files = describeFiles(tables);
  checkUnchanged(paths, files);
  return { tables, width: tables[0]!.width, split, files };
}

/** Keeps what the files were when the run was begun. */
export function writeFileList(paths: RunPaths, files: readonly ActivationFile[]): void {
  writeJson(paths.activations.files, { files });
}

/** The width of the activations that a run learns from. */
export function readFilesWidth(paths: RunPaths): number {
  return readFileList(paths)[0]!.width;
}

/** The files that a run learns from. */
export function readFileList(paths: RunPaths): readonly ActivationFile[] {
  const result = z
    .strictObject({ files: z.array(fileSchema).min(1) })
    .safeParse(readJson(paths.activations.files, "harvest"));
  if (result.success) return result.data.files;
  throw new UserError(
    `${paths.activations.files} is damaged: ${result.error.issues[0]?.message}; restore it from a copy`,
  );
}

function describeFiles(tables: readonly RowTable[]): readonly ActivationFile[] {
  const hashes = new Map<string, string>();
  for (const { path } of tables) if (!hashes.has(path)) hashes.set(path, hashSample(path));
  return tables.map((table) => {
    const { path, dtype, rows, width, bytes } = table;
    return { file: nameTable(table), dtype, rows, width, bytes, sha256: hashes.get(path)! };
  });
}

function checkUnchanged(paths: RunPaths, files: readonly ActivationFile[]): void {
  if (!existsSync(paths.activations.files)) return;
  const earlier = new Map(readFileList(paths).map((file) => [file.file, file]));
  for (const { file, bytes, sha256 } of files) {
    const known = earlier.get(file);
    if (known?.sha256 === sha256) continue;
    const how =
      known === undefined || known.bytes === bytes
        ? "its content is another"
        : `it has ${bytes} bytes, it had ${known.bytes}`;
    throw new UserError(
      `${file} was changed since ${paths.root} began to learn from it (${how}): put the old file back, or choose another --run folder`,
    );
  }
}
