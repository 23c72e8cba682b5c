import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STAGE_NAMES } from "../../src/pipeline/events.ts";
import { copyRun, createRunFolder, hashRun, isCrash, runOnFailingDisk, runStages } from "../support/small-run.ts";

const root = createRunFolder("stop");
const tokenized = join(root, "tokenized");
const whole = join(root, "whole");
const broken = join(root, "broken");
let wanted: Record<string, string>;
let operations = 0;

beforeAll(async () => {
  await runStages({ directory: tokenized, stages: ["tokenize"] });
  copyRun(tokenized, whole);
  const { disk } = await runOnFailingDisk({ directory: whole, stages: STAGE_NAMES }, { kind: "none", at: 0 });
  operations = disk.operations.length;
  wanted = hashRun(whole);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs all stages but asks them to stop as soon as they have told of any progress; whether they came to their end. */
async function runALittle(threads: number): Promise<boolean> {
  const controller = new AbortController();
  const request = { directory: broken, stages: STAGE_NAMES, threads, signal: controller.signal };
  try {
    await runStages(request, (event) => {
      if (event.kind === "progress" && event.stage.startsWith("train-")) controller.abort();
    });
    return true;
  } catch (error) {
    expect((error as Error).name, (error as Error).stack).toBe("Interrupted");
    return false;
  }
}

test("stopped by Ctrl-C at every step of both trainings, on one thread and on two, a run ends with the same bytes", async () => {
  copyRun(tokenized, broken);
  let stops = 0;
  while (!(await runALittle(1 + (stops % 2)))) stops++;
  // Twelve steps each.
  expect(stops).toBeGreaterThanOrEqual(20);
  expect(hashRun(broken, true)).toEqual(hashRun(whole, true));
});

test("killed at operations spread over all stages, a run ends with the same bytes", async () => {
  for (let at = 7; at <= operations; at += 53) {
    copyRun(tokenized, broken);
    const { error } = await runOnFailingDisk({ directory: broken, stages: STAGE_NAMES }, { kind: "crash", at });
    expect(isCrash(error), `${at}`).toBe(true);
    await runStages({ directory: broken, stages: STAGE_NAMES });
    expect(hashRun(broken), `${at}`).toEqual(wanted);
  }
});

test("killed while it learns its tokenizer, a run ends with the same bytes", async () => {
  const fresh = join(root, "fresh");
  for (const at of [3, 14, 31]) {
    rmSync(fresh, { recursive: true, force: true });
    await runOnFailingDisk({ directory: fresh, stages: ["tokenize"] }, { kind: "crash", at });
    await runStages({ directory: fresh, stages: ["tokenize"] });
    expect(hashRun(fresh), `${at}`).toEqual(hashRun(tokenized));
  }
});
