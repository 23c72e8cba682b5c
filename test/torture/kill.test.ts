import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Death, findStrace, runProcess } from "../support/killed-process.ts";
import { requireOrSkip } from "../support/requirements.ts";
import { copyRun, countRepeatedSteps, createRunFolder, hashRun, runStages } from "../support/small-run.ts";

const root = createRunFolder("kill");
const prepared = join(root, "prepared");
const whole = join(root, "whole");
const broken = join(root, "broken");
let wanted: Record<string, string>;

beforeAll(async () => {
  await runStages({ directory: prepared, stages: ["tokenize", "train-model", "harvest"] });
  copyRun(prepared, whole);
  expect((await runProcess(whole, "train-dictionary")).code).toBe(0);
  wanted = hashRun(whole);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Kills a process and lets another finish its work. */
async function surviveDeath(death: Death): Promise<void> {
  copyRun(prepared, broken);
  const first = await runProcess(broken, "train-dictionary", death);
  expect(first.killed, first.stderr).toBe(true);
  const second = await runProcess(broken, "train-dictionary");
  expect(second.stderr).toBe("");
  expect(second.code).toBe(0);
  expect(hashRun(broken)).toEqual(wanted);
  expect(countRepeatedSteps([first.events, second.events], "train-dictionary")).toBeLessThanOrEqual(3);
}

test("the same work by the command line and within this process has the same bytes", async () => {
  copyRun(prepared, broken);
  await runStages({ directory: broken, stages: ["train-dictionary"] });
  expect(hashRun(broken)).toEqual(wanted);
});

describe("a process killed with SIGKILL", () => {
  test.each([1, 5, 26, 60, 88, 105])("at operation %i on the disk is taken over by the same command", async (at) => {
    await surviveDeath({ fault: { kind: "kill", at } });
  });

  for (const [names, at] of [
    ["fsync", 3],
    ["fsync", 11],
    ["rename,renameat,renameat2", 4],
    ["unlink,unlinkat", 2],
  ] as const)
    test(`at the system call ${names} number ${at}, counted from outside, is taken over too`, async (context) => {
      requireOrSkip(context, findStrace(), "strace is not installed or may not trace here");
      await surviveDeath({ systemCall: { names, at } });
    });
});
