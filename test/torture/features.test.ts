import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Death, runProcess } from "../support/killed-process.ts";
import { copyRun, createRunFolder, hashRun, isCrash, runOnFailingDisk, runStages } from "../support/small-run.ts";

const root = createRunFolder("features");
const prepared = join(root, "prepared");
const whole = join(root, "whole");
const broken = join(root, "broken");
const STAGES = ["features"] as const;
const SLOW_MACHINE_MS = 400_000;
let wanted: Record<string, string>;
let points = 0;

beforeAll(async () => {
  await runStages({ directory: prepared, stages: ["tokenize", "train-model", "harvest", "train-dictionary"] });
  copyRun(prepared, whole);
  const { disk, error } = await runOnFailingDisk({ directory: whole, stages: STAGES }, { kind: "none", at: 0 });
  expect(error).toBeUndefined();
  wanted = hashRun(whole);
  points = disk.operations.length;
}, SLOW_MACHINE_MS);
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function finish(what: string): Promise<void> {
  await runStages({ directory: broken, stages: STAGES });
  expect(hashRun(broken), what).toEqual(wanted);
  const left = readdirSync(broken, { recursive: true, encoding: "utf8" });
  expect(left.filter((name) => /(^|\/)(\.|lock$)/.test(name))).toEqual([]);
}

test.each(["crash", "torn"] as const)(
  "a build of feature pages killed at operations on the disk from the first to the last (%s) ends with the same bytes",
  async (kind) => {
    expect(points).toBeGreaterThan(50);
    for (let at = kind === "torn" ? 1 : 2; at <= points; at += 3) {
      copyRun(prepared, broken);
      const fault = kind === "torn" ? { kind, at, operation: "write" as const } : { kind, at };
      const { disk, error } = await runOnFailingDisk({ directory: broken, stages: STAGES }, fault);
      expect(error === undefined || isCrash(error), error?.stack).toBe(true);
      await finish(`${kind} at ${at}`);
      if (!disk.failed()) return;
    }
  },
  SLOW_MACHINE_MS,
);

test(
  "a process killed with SIGKILL at an operation, or at any moment, is taken over by the same command",
  async () => {
    const deaths: Death[] = [
      ...[9, 25, 44].map((at) => ({ fault: { kind: "kill", at } as const })),
      ...[300, 700, 1100].map((afterMs) => ({ afterMs })),
    ];
    for (const death of deaths) {
      copyRun(prepared, broken);
      const first = await runProcess(broken, "features", death);
      expect(first.killed || first.code === 0, first.stderr).toBe(true);
      await finish(JSON.stringify(death));
    }
  },
  SLOW_MACHINE_MS,
);
