import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { appendEvents, readEvents } from "./event-log.ts";
import { awaitLock, lockRunDirectory } from "./lock.ts";
import { runPaths } from "./run-directory.ts";
import { parseSafetensors, readSafetensors, writeSafetensors } from "./safetensors.ts";
import { hashOutputs, hashValue, verifyStageRecord, writeStageRecord } from "./stage-record.ts";
import {
  explainWriteError,
  removeUnfinishedWrites,
  writeAtomically,
  writePartsAtomically,
} from "./write-atomically.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-store-"));
afterAll(() => rmSync(folder, { recursive: true }));

const tensors = new Map([
  ["b", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, Number.NaN) }],
  ["a", { shape: [2], data: Int32Array.of(-7, 8) }],
  ["empty", { shape: [0, 4], data: new Float32Array(0) }],
  ["scalar", { shape: [], data: Float32Array.of(9) }],
]);

test("a safetensors file gives back its tensors and metadata, zero-size and scalar ones included", () => {
  const path = join(folder, "x.safetensors");
  writeSafetensors(path, tensors, { step: "12" });
  const file = readSafetensors(path);
  expect(file.metadata.step).toBe("12");
  expect(new Map(file.tensors)).toEqual(tensors);
});

test("every truncation and every altered byte of the data is found before use", () => {
  const path = join(folder, "damaged.safetensors");
  writeSafetensors(path, tensors);
  const bytes = new Uint8Array(readFileSync(path));
  for (let length = 0; length < bytes.length; length++)
    expect(() => parseSafetensors(bytes.slice(0, length), "x"), `length ${length}`).toThrow(/damaged/);
  const dataStart = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  for (let at = dataStart; at < bytes.length; at++) {
    const altered = bytes.slice();
    altered[at] = altered[at]! ^ 1;
    expect(() => parseSafetensors(altered, "x"), `byte ${at}`).toThrow(/checksum/);
  }
});

test.each([
  ["a header longer than the file", { length: 2n ** 63n }],
  ["overlapping tensors", { header: { a: entry([1], 0, 4), b: entry([1], 0, 4) } }],
  ["a hole", { header: { a: entry([1], 4, 8) } }],
  ["a shape that does not fit its offsets", { header: { a: entry([2 ** 40, 2 ** 40], 0, 8) } }],
  ["negative offsets", { header: { a: entry([2], -8, 0) } }],
  ["fractional offsets", { header: { a: entry([2], 0.5, 8.5) } }],
  ["an unknown dtype", { header: { a: { dtype: "Q7", shape: [2], data_offsets: [0, 8] } } }],
])("%s is refused by a sentence", (_name, { header, length }: { header?: object; length?: bigint }) => {
  const text = Buffer.from(JSON.stringify(header ?? { a: entry([2], 0, 8) }));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(length ?? BigInt(text.length));
  const bytes = Buffer.concat([head, text, Buffer.alloc(8)]);
  expect(() => parseSafetensors(bytes, "file.safetensors")).toThrow(/^file\.safetensors/);
});

test("writing replaces a file whole and leaves no temporary file, also when it fails", () => {
  const path = join(folder, "atomic", "x.txt");
  writeAtomically(path, "one");
  writeAtomically(path, "two");
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(() => writeAtomically(join(path, "below"), "three")).toThrow(/cannot write/);
  expect(readdirSync(join(folder, "atomic"))).toEqual(["x.txt"]);
});

test("what a killed writer left is removed and nothing else", () => {
  const path = join(folder, "leftovers", "below", "kept.txt");
  writeAtomically(path, "kept");
  writeFileSync(join(folder, "leftovers", "below", ".writing-0"), "half");
  writeFileSync(join(folder, "leftovers", ".writing-1"), "half");
  removeUnfinishedWrites(join(folder, "leftovers"));
  expect(readdirSync(join(folder, "leftovers"), { recursive: true })).toEqual(["below", join("below", "kept.txt")]);
});

test("a full disk, a write-protected folder and any other refusal of the system become sentences naming the file", () => {
  const refusal = (code: string) => explainWriteError(systemError(code), "run/weights") as Error;
  expect(refusal("ENOSPC").message).toMatch(
    /^no space left to write run\/weights, \d+ bytes are free; the last complete version is untouched/,
  );
  expect(refusal("ENOSPC")).toMatchObject({ exitCode: 28 });
  expect(refusal("EROFS").message).toMatch(/^cannot write run\/weights: EROFS/);
  expect(refusal("EIO").message).toMatch(/^cannot write run\/weights: EIO: i\/o error, write/);
  expect(explainWriteError(new RangeError("a bug"), "x")).toBeInstanceOf(RangeError);
});

test("a disk that fills up while a file is replaced leaves the old one whole and nothing beside it", () => {
  const path = join(folder, "full", "checkpoint");
  writeAtomically(path, "old");
  const parts = function* () {
    yield Buffer.from("new, but only");
    throw systemError("ENOSPC");
  };
  expect(() => writePartsAtomically(path, parts())).toThrow(/no space left/);
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(join(folder, "full"))).toEqual(["checkpoint"]);
});

test("a second process is refused while the holder lives, and takes over a lock whose process is gone", () => {
  const run = join(folder, "run");
  const release = lockRunDirectory(run);
  expect(() => lockRunDirectory(run)).toThrow(/in use by process/);
  release();
  lockRunDirectory(run)();
  const lock = join(run, "lock");
  writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 - 3, host: "another" }));
  expect(() => lockRunDirectory(run)).toThrow(/another/);
  rmSync(lock);
  writeFileSync(lock, JSON.stringify({ ...JSON.parse(lockContent(run)), startTime: "1" }));
  lockRunDirectory(run)();
});

test("who waits for a lock has it as soon as its holder gives it back, and no later than that", async () => {
  const run = join(folder, "waiting");
  const release = lockRunDirectory(run);
  let isMine = false;
  const waiting = awaitLock(run, new AbortController().signal).then((own) => {
    isMine = true;
    return own;
  });
  await setTimeout(100);
  expect(isMine).toBe(false);
  release();
  (await waiting)();
  lockRunDirectory(run)();
  const again = lockRunDirectory(run);
  await expect(awaitLock(run, AbortSignal.timeout(50))).rejects.toThrow();
  again();
});

test("a log survives a cut last line", () => {
  const path = join(folder, "metrics.jsonl");
  appendEvents(path, [
    { step: 1, loss: 3 },
    { step: 2, loss: 2 },
    { step: 3, loss: 1 },
  ]);
  appendFileSync(path, '{"step":4,"lo');
  expect(readEvents(path).map((event) => event.step)).toEqual([1, 2, 3]);
});

test("a stage's record notices a missing, a shortened and an altered output", () => {
  const output = join(folder, "stage", "out.bin");
  const record = () => writeStageRecord(join(folder, "stage"), "s", "inputs", [output]);
  writeAtomically(output, "content");
  const good = record();
  expect(() => verifyStageRecord(join(folder, "stage"), good)).not.toThrow();
  writeAtomically(output, "contenT");
  expect(() => verifyStageRecord(join(folder, "stage"), good)).toThrow(/altered/);
  expect(hashOutputs(record())).not.toBe(hashOutputs(good));
  truncateSync(output, 3);
  expect(() => verifyStageRecord(join(folder, "stage"), good)).toThrow(/3 bytes, 7 were written/);
  rmSync(output);
  expect(() => verifyStageRecord(join(folder, "stage"), good)).toThrow(/missing/);
});

test("a value's hash does not depend on the order of its keys", () => {
  expect(hashValue({ a: 1, b: { c: [1, 2], d: null } })).toBe(hashValue({ b: { d: null, c: [1, 2] }, a: 1 }));
  expect(hashValue([1, 2])).not.toBe(hashValue([2, 1]));
});

test("a dictionary's name cannot leave the run directory", () => {
  for (const name of ["..", "a/b", "", "A", "x.y", "a".repeat(65)])
    expect(() => runPaths("run").dictionary(name)).toThrow(/dictionary name/);
});

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: i/o error, write`), { code, syscall: "write" });
}

function entry(shape: number[], begin: number, end: number): object {
  return { dtype: "F32", shape, data_offsets: [begin, end] };
}

function lockContent(run: string): string {
  const release = lockRunDirectory(run);
  const text = readFileSync(join(run, "lock"), "utf8");
  release();
  return text;
}
