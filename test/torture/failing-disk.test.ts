import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UserError } from "../../src/numerics/user-error.ts";
import { explainSystemError } from "../../src/store/explain-system-error.ts";
import type { Fault, Operation } from "../support/failing-disk.ts";
import { copyRun, createRunFolder, hashRun, runOnFailingDisk, runStages } from "../support/small-run.ts";

const root = createRunFolder("failing-disk");
const prepared = join(root, "prepared");
const whole = join(root, "whole");
const broken = join(root, "broken");
let wanted: Record<string, string>;
let counts: Readonly<Record<string, number>>;

beforeAll(async () => {
  await runStages({ directory: prepared, stages: ["tokenize", "train-model", "harvest"] });
  copyRun(prepared, whole);
  const { disk } = await runOnFailingDisk({ directory: whole, stages: ["train-dictionary"] }, { kind: "none", at: 0 });
  counts = Object.fromEntries(
    Object.entries(Object.groupBy(disk.operations, (name) => name)).map(([name, all]) => [name, all!.length]),
  );
  wanted = hashRun(whole);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([
  [
    "ENOSPC",
    "write",
    28,
    /no space left to write .*, \d+ bytes are free; .* free some space and run the same command again/,
  ],
  ["EIO", "fsync", 1, /EIO: injected, \w+/],
  ["EACCES", "open", 1, /cannot write .*: EACCES; choose another folder|the system refused: EACCES/],
  ["EROFS", "rename", 1, /cannot write .*: EROFS; choose another folder|the system refused: EROFS/],
] as const)(
  "a disk that answers %s to a %s stops training with exit code %i and a sentence, and once it is mended the end is the same",
  async (kind, operation: Operation, exitCode, sentence) => {
    for (let at = 1; at <= counts[operation]!; at += 5) {
      const fault: Omit<Fault, "root"> = { kind, at, operation };
      copyRun(prepared, broken);
      const { error } = await runOnFailingDisk({ directory: broken, stages: ["train-dictionary"] }, fault);
      // As the command line does before it prints an error.
      const told = explainSystemError(error) as UserError;
      expect(told, `${at}`).toBeInstanceOf(UserError);
      expect(told.message, `${at}`).toMatch(sentence);
      expect(told.exitCode, `${at}`).toBe(exitCode);
      await runStages({ directory: broken, stages: ["train-dictionary"] });
      expect(hashRun(broken), `${at}`).toEqual(wanted);
    }
  },
);

test("a run folder that is taken away while training is said to be gone", async () => {
  copyRun(prepared, broken);
  const removal = runStages({ directory: broken, stages: ["train-dictionary"] }, (event) => {
    if (event.kind === "progress") rmSync(broken, { recursive: true, force: true });
  });
  const error = explainSystemError(await removal.catch((thrown: unknown) => thrown));
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(/(is missing|no such file)/);
});
