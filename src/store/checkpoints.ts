import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { FULL_DISK, UserError } from "../numerics/user-error.ts";
import { measureFreeBytes, remove, removeFolder, syncFile, truncateFile } from "./disk.ts";
import { openFile } from "./open-file.ts";
import { type LazyTensor, openSafetensors, type StoredTensor, streamSafetensors } from "./safetensors.ts";
import { streamAtomically } from "./write-atomically.ts";

/** Where one training keeps its checkpoints, and the log that belongs to them. */
export interface CheckpointPlace {
  readonly folder: string;
  /** A `metrics.jsonl`: a checkpoint knows how much of it was written by then. */
  readonly log: string;
  /** Hash of all the training is a function of; checkpoints of others are left alone. */
  readonly inputs: string;
}

/** A training at one step: all it needs to go on. */
export interface Checkpoint {
  readonly step: number;
  /** Each is read from the file when its `data` is asked for. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A checkpoint that is still to be written. */
export interface NewCheckpoint extends Omit<Checkpoint, "tensors"> {
  readonly tensors: readonly LazyTensor[];
}

/** Generations kept: the newest may turn out damaged. */
const KEPT_CHECKPOINTS = 3;

const GENERATION = /^(\d{9})-([0-9a-f]{16})\.safetensors$/;
const STEP_DIGITS = 9;
const HASH_DIGITS = 16;
const LENGTH_BYTES = 8;

interface Generation {
  readonly path: string;
  readonly step: number;
  /** First digits of the SHA-256 of the file's header, which holds that of the data. */
  readonly hash: string;
}

/**
 * Saves a checkpoint as a generation of its own, `<step>-<hash>.safetensors`, after making sure that the log is on the disk up to
 * here; then removes those before the last `KEPT_CHECKPOINTS`.
 */
export async function saveCheckpoint(
  { folder, log, inputs }: CheckpointPlace,
  checkpoint: NewCheckpoint,
): Promise<void> {
  const step = String(checkpoint.step).padStart(STEP_DIGITS, "0");
  const metadata = { ...checkpoint.metadata, ...sealLog(log), inputs, step };
  const { header, bytes, data } = await streamSafetensors(checkpoint.tensors, metadata);
  await streamAtomically(join(folder, `${step}-${shortHash(header)}.safetensors`), prepend(header, data()), bytes);
  const earlier = listGenerations(folder).filter((generation) => generation.step <= checkpoint.step);
  for (const generation of earlier.slice(KEPT_CHECKPOINTS)) remove(generation.path);
}

async function* prepend(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

/**
 * Throws a `UserError` with exit code 28 where the disk has no room for a training's checkpoints of so many bytes each and for its
 * result: better before the first step than hours later.
 */
export function demandSpace(folder: string, bytes: { readonly checkpoint: number; readonly result: number }): void {
  const present = listGenerations(folder).reduce((sum, { path }) => sum + statSync(path).size, 0);
  // One more than are kept: the oldest goes when the newest is there.
  const wanted = (KEPT_CHECKPOINTS + 1) * bytes.checkpoint + bytes.result - present;
  const free = measureFreeBytes(folder);
  if (free >= wanted) return;
  throw new UserError(
    `${folder} needs ${wanted} bytes of disk for checkpoints and result, ${free} are free: free some space or choose another --run folder; nothing was changed`,
    FULL_DISK,
  );
}

/**
 * The newest whole checkpoint of the training, its log cut back to that moment; undefined, and no log, where there is none yet.
 * One that is damaged is told to `warn` and the one before it taken; where only damaged ones are left, a `UserError` names them.
 */
export function resumeCheckpoint(place: CheckpointPlace, warn: (sentence: string) => void): Checkpoint | undefined {
  const damages: string[] = [];
  for (const generation of listGenerations(place.folder)) {
    try {
      const checkpoint = readGeneration(generation);
      if (checkpoint.metadata.inputs !== place.inputs) continue;
      cutLog(place.log, checkpoint.metadata);
      for (const damage of damages)
        warn(`${damage}; going on from the checkpoint of step ${checkpoint.step} instead, the result is the same`);
      return checkpoint;
    } catch (error) {
      damages.push((error as Error).message);
    }
  }
  if (damages.length > 0) throw refuse(place, damages);
  removeFolder(place.folder);
  remove(place.log);
  return undefined;
}

/** Whether a training has come to its first checkpoint. */
export function hasCheckpoints(folder: string): boolean {
  return listGenerations(folder).length > 0;
}

/**
 * What `read` makes of the newest whole checkpoint of the training, while the training may go on: nothing is changed, and one that
 * is removed or found damaged while it is read is passed over.
 */
export function readNewestCheckpoint<T>({ folder, inputs }: CheckpointPlace, read: (checkpoint: Checkpoint) => T): T {
  const problems: string[] = [];
  for (const generation of listGenerations(folder)) {
    try {
      const checkpoint = readGeneration(generation);
      if (checkpoint.metadata.inputs === inputs) return read(checkpoint);
      problems.push(`${generation.path} is of a training with other settings`);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  throw new UserError(`${folder} has no checkpoint that can be looked at: ${problems.join("; ")}`);
}

/** Removes all checkpoints of a finished training. */
export function removeCheckpoints(folder: string): void {
  if (existsSync(folder)) removeFolder(folder);
}

/** Newest first. */
function listGenerations(folder: string): Generation[] {
  if (!existsSync(folder)) return [];
  const generations = readdirSync(folder).flatMap((name) => {
    const [, step, hash] = GENERATION.exec(name) ?? [];
    return step === undefined || hash === undefined ? [] : [{ path: join(folder, name), step: Number(step), hash }];
  });
  return generations.sort((a, b) => b.step - a.step);
}

function readGeneration({ path, step, hash }: Generation): Checkpoint {
  if (hashHeader(path) !== hash)
    throw new UserError(`${path} is damaged: its header is not the one it was named after`);
  try {
    const { tensors, metadata } = openSafetensors(path);
    return { step, tensors, metadata };
  } catch (error) {
    throw new UserError((error as Error).message.split(";")[0]!);
  }
}

function hashHeader(path: string): string | undefined {
  const file = openFile(path);
  try {
    const length = file.size < LENGTH_BYTES ? 0n : Buffer.from(file.read(0, LENGTH_BYTES)).readBigUInt64LE();
    if (length + BigInt(LENGTH_BYTES) > BigInt(file.size)) return undefined;
    return shortHash(file.read(0, LENGTH_BYTES + Number(length)));
  } finally {
    file.close();
  }
}

/** How long the log is now and what it holds, once that is on the disk. */
function sealLog(log: string): { readonly logBytes: string; readonly logSha256: string } {
  if (!existsSync(log)) return { logBytes: "0", logSha256: hashOf(Buffer.alloc(0)) };
  syncFile(log);
  const bytes = readFileSync(log);
  return { logBytes: String(bytes.byteLength), logSha256: hashOf(bytes) };
}

function cutLog(log: string, metadata: Checkpoint["metadata"]): void {
  const bytes = existsSync(log) ? readFileSync(log) : Buffer.alloc(0);
  const wanted = Number(metadata.logBytes);
  if (bytes.byteLength < wanted)
    throw new UserError(`${log} is damaged: ${bytes.byteLength} bytes of ${wanted} are left`);
  if (hashOf(bytes.subarray(0, wanted)) !== metadata.logSha256)
    throw new UserError(`${log} was altered: its first ${wanted} bytes are not those written by then`);
  if (bytes.byteLength > wanted) truncateFile(log, wanted);
}

function refuse({ folder }: CheckpointPlace, damages: readonly string[]): UserError {
  return new UserError(
    `${damages.join("; ")}; no earlier checkpoint is whole: restore it from a copy, or delete ${folder} and run the same command again to start this training anew`,
  );
}

function shortHash(bytes: Uint8Array): string {
  return hashOf(bytes).slice(0, HASH_DIGITS);
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
