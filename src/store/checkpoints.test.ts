import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import {
  type CheckpointPlace,
  demandSpace,
  removeCheckpoints,
  resumeCheckpoint,
  saveCheckpoint,
} from "./checkpoints.ts";
import type { LazyTensor } from "./safetensors.ts";

const root = mkdtempSync(join(tmpdir(), "monosem-checkpoints-"));
const place: CheckpointPlace = { folder: join(root, "checkpoints"), log: join(root, "metrics.jsonl"), inputs: "abc" };
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  rmSync(place.folder, { recursive: true, force: true });
  rmSync(place.log, { force: true });
});

const save = (step: number, inputs = place.inputs) =>
  saveCheckpoint({ ...place, inputs }, { step, tensors: lazyTensorsAt(step), metadata: { dense: "true" } });
const line = (step: number) => appendFileSync(place.log, `{"step":${step}}\n`);
const names = () => (existsSync(place.folder) ? readdirSync(place.folder).sort() : []);
const path = (index: number) => join(place.folder, names().at(index)!);

function tensorsAt(step: number) {
  return new Map([["weights", { shape: [3], data: Float32Array.of(step, 1, 2) }]]);
}

function lazyTensorsAt(step: number): LazyTensor[] {
  return Array.from(tensorsAt(step), ([name, { shape, data }]) => ({
    name,
    shape,
    dtype: "float32",
    read: () => [data.subarray(0, 1), data.subarray(1)],
  }));
}

function resume(): { step: number | undefined; warnings: string[] } {
  const warnings: string[] = [];
  const checkpoint = resumeCheckpoint(place, (sentence) => warnings.push(sentence));
  if (checkpoint !== undefined) expect(checkpoint.tensors).toEqual(tensorsAt(checkpoint.step));
  return { step: checkpoint?.step, warnings };
}

async function train(steps: number): Promise<void> {
  for (let step = 1; step <= steps; step++) {
    line(step);
    await save(step);
  }
}

test("the last three generations are kept and the newest is gone on from", async () => {
  await train(5);
  expect(names().map((name) => Number(name.slice(0, 9)))).toEqual([3, 4, 5]);
  expect(resume()).toEqual({ step: 5, warnings: [] });
});

test("resuming cuts the log back to what it was at the checkpoint", async () => {
  await train(2);
  line(3);
  appendFileSync(place.log, '{"step":4,"lo');
  resume();
  expect(readFileSync(place.log, "utf8")).toBe('{"step":1}\n{"step":2}\n');
});

test("without a checkpoint nothing is left of what was logged", async () => {
  line(1);
  expect(resume().step).toBeUndefined();
  expect(existsSync(place.log)).toBe(false);
});

test("checkpoints of another training are no reason to go on from, and none of them stays", async () => {
  await save(7, "other");
  expect(resume()).toEqual({ step: undefined, warnings: [] });
  expect(names()).toEqual([]);
});

test("a checkpoint with any byte altered or any length cut is noticed, told, and the one before it taken", async () => {
  await train(3);
  const newest = path(2);
  const whole = readFileSync(newest);
  const log = readFileSync(place.log);
  const expectFallback = (bytes: Uint8Array, what: string) => {
    writeFileSync(newest, bytes);
    writeFileSync(place.log, log);
    const { step, warnings } = resume();
    expect(step, what).toBe(2);
    expect(warnings, what).toHaveLength(1);
    expect(warnings[0], what).toMatch(/000000003-\w{16}\.safetensors is damaged: .*; going on from .* step 2 instead/);
  };
  for (let at = 0; at < whole.length; at++) {
    const altered = Buffer.from(whole);
    altered[at]! ^= 1 << (at % 8);
    expectFallback(altered, `byte ${at}`);
  }
  for (let length = 0; length < whole.length; length++) expectFallback(whole.subarray(0, length), `length ${length}`);
  expectFallback(Buffer.concat([whole, Buffer.from("x")]), "a byte more");
});

test("two checkpoints that change places are both noticed", async () => {
  await train(3);
  const [second, third] = [path(1), path(2)];
  const aside = join(root, "aside");
  renameSync(second, aside);
  renameSync(third, second);
  renameSync(aside, third);
  const { step, warnings } = resume();
  expect(step).toBe(1);
  expect(warnings).toHaveLength(2);
});

test("a checkpoint of another run in the place of the newest is passed over", async () => {
  await train(2);
  const other = { ...place, folder: join(root, "other"), inputs: "other" };
  await saveCheckpoint(other, { step: 3, tensors: lazyTensorsAt(9), metadata: {} });
  const [name] = readdirSync(other.folder);
  copyFileSync(join(other.folder, name!), join(place.folder, name!));
  expect(resume()).toEqual({ step: 2, warnings: [] });
});

test("a log altered after an older checkpoint costs one interval, a log altered before them all is refused by name", async () => {
  await train(3);
  const log = readFileSync(place.log, "utf8");
  writeFileSync(place.log, log.replace('{"step":3}', '{"step":8}'));
  expect(resume()).toMatchObject({ step: 2, warnings: [expect.stringMatching(/metrics\.jsonl was altered/)] });
  writeFileSync(place.log, log.replace('{"step":1}', '{"step":8}'));
  expect(resume).toThrow(
    /metrics\.jsonl was altered.*no earlier checkpoint is whole: restore it from a copy, or delete/,
  );
  rmSync(place.log);
  expect(resume).toThrow(/metrics\.jsonl is damaged: 0 bytes of \d+ are left/);
  expect(names()).toHaveLength(3);
});

test("where every checkpoint is damaged nothing is touched and the sentence says what to do", async () => {
  await train(3);
  const before = names().map((name) => join(place.folder, name));
  for (const file of before) writeFileSync(file, "garbage");
  expect(resume).toThrow(/is damaged.*is damaged.*is damaged.*delete .*checkpoints and run the same command again/);
  expect(before.every((file) => readFileSync(file, "utf8") === "garbage")).toBe(true);
  expect(existsSync(place.log)).toBe(true);
});

test("a damaged checkpoint is replaced by a whole one when training comes by again", async () => {
  await train(3);
  writeFileSync(path(2), "garbage");
  resume();
  line(3);
  await save(3);
  expect(resume()).toEqual({ step: 3, warnings: [] });
});

test("a training that the disk has no room for is refused before it begins, with the bytes it needs and those there are", async () => {
  await train(3);
  expect(() => demandSpace(place.folder, { checkpoint: 1000, result: 1000 })).not.toThrow();
  const refused = () => demandSpace(place.folder, { checkpoint: 1e18, result: 0 });
  expect(refused).toThrow(/checkpoints needs [34]\d{18} bytes of disk for checkpoints and result, \d+ are free/);
  expect(refused).toThrow(expect.objectContaining({ exitCode: 28 }));
});

test("a finished training leaves no checkpoints", async () => {
  await train(1);
  removeCheckpoints(place.folder);
  expect(existsSync(place.folder)).toBe(false);
});
