import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { countDistinctRows, harvest } from "../activations/harvest.ts";
import type { DictionaryConfig } from "../autoencoder/config.ts";
import { readActivationTables } from "../interchange/activation-files.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { parseSite } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { UserError } from "../numerics/user-error.ts";
import { measureFreeBytes, remove } from "../store/disk.ts";
import { readJson } from "../store/read-json.ts";
import type { RowTable } from "../store/row-tables.ts";
import type { RunPaths } from "../store/run-directory.ts";
import { readSafetensors, writeSafetensors } from "../store/safetensors.ts";
import { hashOutputs, readStageRecord } from "../store/stage-record.ts";
import { writeJson } from "../store/write-atomically.ts";
import type { TokenStream } from "../text/contexts.ts";
import type { RunEvent } from "./events.ts";
import { Interrupted, type StageContext } from "./stage.ts";

const manifestSchema = z.strictObject({
  site: z.string().describe("where in the model the activations were taken"),
  tokensPerContext: z.int().positive().describe("taken from one context"),
  seed: z.int().min(0).describe("seed of the order in which they were harvested"),
  model: z.string().describe("hash of the model they are those of"),
  dtype: z.enum(["float16", "float32"]).describe("how the numbers are stored"),
  rows: z.int().positive().describe("activation vectors in all, none twice"),
  width: z.int().positive().describe("numbers per vector"),
  shards: z.array(z.strictObject({ file: z.string().regex(/^\d{5}\.safetensors$/), rows: z.int().positive() })).min(1),
});

/** What a run's harvested activations on disk are. */
type CacheManifest = z.output<typeof manifestSchema>;

/** How cached activations may be stored. */
export const CACHE_DTYPES = ["float16", "float32"] as const;

/** How a cached activation is stored. */
export type CacheDtype = (typeof CACHE_DTYPES)[number];

const SHARD_BYTES = 64 << 20;
const TENSOR = "activations";

/** What a cache is made from. */
export interface WriteCacheOptions {
  readonly model: Transformer;
  readonly stream: TokenStream;
  readonly dtype: CacheDtype;
  /** Contexts per pass of the model. */
  readonly contexts: number;
  /** Hash of all the stage is a function of: shards of the same are kept. */
  readonly inputs: string;
}

/** The manifest of a run's cache, if there is a finished one. */
export function readCacheManifest(paths: RunPaths): CacheManifest | undefined {
  const path = paths.activations.cacheManifest;
  if (!existsSync(path)) return undefined;
  const result = manifestSchema.safeParse(readJson(path, "harvest"));
  if (result.success) return result.data;
  throw new UserError(
    `${path} is damaged: ${result.error.issues[0]?.message}; delete ${paths.activations.cache} and run monosem harvest again`,
  );
}

/** The rows of the cache, for a dictionary of this configuration; a cache of other activations is a `UserError`. */
export function openCache(paths: RunPaths, manifest: CacheManifest, config: DictionaryConfig): readonly RowTable[] {
  for (const field of ["site", "tokensPerContext"] as const)
    if (manifest[field] !== config[field])
      throw new UserError(
        `the activations in ${paths.activations.cache} were harvested with ${field} ${manifest[field]}, this dictionary wants ${config[field]}: set dictionary.${field}=${manifest[field]}, or delete that folder and run monosem harvest again`,
        2,
      );
  if (manifest.model !== hashModel(paths))
    throw new UserError(
      `the activations in ${paths.activations.cache} are those of another model: delete that folder and run monosem harvest --cache again`,
    );
  const tables = readActivationTables(manifest.shards.map(({ file }) => join(paths.activations.cache, file)));
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  if (rows === manifest.rows && tables[0]!.width === manifest.width) return tables;
  throw new UserError(
    `${paths.activations.cache} is damaged: it holds ${rows} activation vectors, ${manifest.rows} were written; delete it and run monosem harvest --cache again`,
  );
}

/** Harvests the activations that the dictionary will learn from into files; returns their paths. Shards that a stopped run wrote are kept. */
export async function* writeCache(
  context: StageContext,
  options: WriteCacheOptions,
): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, experiment, kernels } = context;
  const plan = planCache(context, options);
  const { manifest, shardRows } = plan;
  remove(paths.activations.cacheManifest);
  removeOtherShards(paths, manifest);
  const files = manifest.shards.map(({ file }) => join(paths.activations.cache, file));
  const written = files.findIndex((file, index) => !isWritten(file, options.inputs, manifest.shards[index]!.rows));
  const done = written < 0 ? files.length : written;
  checkSpace(paths, manifest, done * shardRows);
  const tensors = harvest(options.model, options.stream, {
    ...{ site: manifest.site, tokensPerContext: manifest.tokensPerContext, seed: experiment.seed },
    ...{ batch: options.contexts, rows: manifest.rows, firstRow: done * shardRows },
  });
  let shard = done;
  for await (const values of cutShards(kernels, tensors, manifest.width, shardRows)) {
    writeShard(files[shard]!, values, manifest, options.inputs);
    shard++;
    const rows = Math.min(manifest.rows, shard * shardRows);
    yield { kind: "progress", stage: "harvest", done: rows, total: manifest.rows, unit: "vectors" };
    if (context.signal.aborted)
      throw new Interrupted(`saved ${rows} activation vectors; the same command goes on from there`);
  }
  writeJson(paths.activations.cacheManifest, manifest);
  const megabytes = (manifest.rows * manifest.width * bytesOf(manifest.dtype)) / 1e6;
  const sentence = `${manifest.rows} vectors kept as ${manifest.dtype} in ${paths.activations.cache} (${megabytes.toFixed(0)} MB): dictionaries learn from these`;
  yield { kind: "note", stage: "harvest", sentence };
  return [...files, paths.activations.cacheManifest];
}

function planCache(
  { paths, experiment }: StageContext,
  { model, stream, dtype }: WriteCacheOptions,
): { readonly manifest: CacheManifest; readonly shardRows: number } {
  const { site, tokensPerContext, activations, epochs } = experiment.dictionary;
  const { width } = parseSite(site, model.config);
  const distinct = countDistinctRows(stream, model.config.contextLength, tokensPerContext);
  const rows = Math.min(distinct, Math.ceil(activations / epochs));
  const shardRows = Math.ceil(SHARD_BYTES / (4 * width));
  const shards = Array.from({ length: Math.ceil(rows / shardRows) }, (_, index) => ({
    file: `${String(index).padStart(5, "0")}.safetensors`,
    rows: Math.min(shardRows, rows - index * shardRows),
  }));
  const origin = { site, tokensPerContext, seed: experiment.seed, model: hashModel(paths) };
  return { manifest: { ...origin, dtype, rows, width, shards }, shardRows };
}

function hashModel(paths: RunPaths): string {
  const record = readStageRecord(paths.root, "train-model");
  return record === undefined ? "" : hashOutputs(record);
}

function checkSpace(paths: RunPaths, { rows, width, dtype }: CacheManifest, done: number): void {
  const needed = (rows - done) * width * bytesOf(dtype);
  const free = measureFreeBytes(paths.activations.cache);
  if (needed > free)
    throw new UserError(
      `the cache of ${rows} activation vectors as ${dtype} takes ${needed} bytes more, ${free} are free at ${paths.activations.cache}: free some space, use --cache-dtype float16, or harvest without --cache`,
    );
}

function bytesOf(dtype: CacheDtype): number {
  return dtype === "float16" ? 2 : 4;
}

/** Gathers rows into arrays of `shardRows`, the last with what is left; each array is valid until the next. */
async function* cutShards(
  kernels: StageContext["kernels"],
  tensors: Iterable<Tensor>,
  width: number,
  shardRows: number,
): AsyncGenerator<Float32Array> {
  const shard = new Float32Array(shardRows * width);
  let filled = 0;
  for (const tensor of tensors) {
    const values = await kernels.read(tensor);
    for (let used = 0; used < values.length; ) {
      const count = Math.min(shard.length - filled, values.length - used);
      shard.set(values.subarray(used, used + count), filled);
      used += count;
      filled += count;
      if (filled < shard.length) continue;
      yield shard;
      filled = 0;
    }
  }
  if (filled > 0) yield shard.subarray(0, filled);
}

function writeShard(path: string, values: Float32Array, { dtype, width, site }: CacheManifest, inputs: string): void {
  const data = dtype === "float16" ? new Float16Array(values) : values;
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new UserError(
      Number.isFinite(values[bad])
        ? `an activation at ${site} is ${values[bad]}, more than float16 can hold: use --cache-dtype float32`
        : `an activation at ${site} is not finite (${values[bad]}): the model is damaged, train it again`,
    );
  writeSafetensors(path, new Map([[TENSOR, { shape: [data.length / width, width], data }]]), { inputs });
}

function isWritten(path: string, inputs: string, rows: number): boolean {
  if (!existsSync(path)) return false;
  try {
    const { tensors, metadata } = readSafetensors(path);
    return metadata.inputs === inputs && tensors.get(TENSOR)?.shape[0] === rows;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function removeOtherShards(paths: RunPaths, { shards }: CacheManifest): void {
  if (!existsSync(paths.activations.cache)) return;
  const own = new Set(shards.map(({ file }) => file));
  for (const name of readdirSync(paths.activations.cache))
    if (name.endsWith(".safetensors") && !own.has(name)) remove(join(paths.activations.cache, name));
}
