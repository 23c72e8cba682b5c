import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent, StageName } from "../../src/pipeline/events.ts";
import type { Fault } from "../support/failing-disk.ts";
import {
  copyRun,
  countRepeatedSteps,
  createRunFolder,
  hashRun,
  isCrash,
  runOnFailingDisk,
  runStages,
} from "../support/small-run.ts";

const root = createRunFolder("crash");
afterAll(() => rmSync(root, { recursive: true, force: true }));

const BEFORE = {
  "train-model": ["tokenize"],
  "train-dictionary": ["tokenize", "train-model", "harvest"],
} as const satisfies Partial<Record<StageName, readonly StageName[]>>;
/** Steps between two checkpoints of the smallest run. */
const INTERVAL = 3;
const SLOW_MACHINE_MS = 400_000;

describe.each(["train-model", "train-dictionary"] as const)("%s", (stage) => {
  const prepared = join(root, `${stage}-prepared`);
  const whole = join(root, `${stage}-whole`);
  const broken = join(root, `${stage}-broken`);
  let wanted: Record<string, string>;
  let wantedOfOthers: Record<string, string>;
  let points = 0;

  beforeAll(async () => {
    await runStages({ directory: prepared, stages: BEFORE[stage] });
    copyRun(prepared, whole);
    const { events, disk, error } = await runOnFailingDisk(
      { directory: whole, stages: [stage] },
      { kind: "none", at: 0 },
    );
    expect(error).toBeUndefined();
    wanted = hashRun(whole);
    wantedOfOthers = hashRun(whole, true);
    points = disk.operations.length;
    // How many are dead depends on the builtin corpus, and that on the packages installed.
    const isResampled = events.some((event) => event.kind === "note" && /[1-9]\d* dead/.test(event.sentence));
    expect(isResampled).toBe(stage === "train-dictionary");
  });

  /** Kills the stage at each fault in turn; the events of each process and of the one that ended well. */
  async function survive(faults: readonly Omit<Fault, "root">[]): Promise<RunEvent[][]> {
    copyRun(prepared, broken);
    const told: RunEvent[][] = [];
    for (const fault of faults) {
      const { events, disk, error } = await runOnFailingDisk({ directory: broken, stages: [stage] }, fault);
      told.push(events);
      // A crash while the lock is given back is one that nobody hears of.
      expect(error === undefined || (disk.failed() && isCrash(error)), error?.stack).toBe(true);
    }
    const threads = faults[0]!.at % 2 === 0 ? 2 : 1;
    told.push(await runStages({ directory: broken, stages: [stage], threads }));
    expect(hashRun(broken, threads !== 1), JSON.stringify(faults)).toEqual(threads === 1 ? wanted : wantedOfOthers);
    expect(readdirSync(broken).filter((name) => name === "lock" || name.startsWith("."))).toEqual([]);
    return told;
  }

  test.each(["crash", "torn"] as const)(
    "killed at every operation on the disk in turn (%s), it ends with the same bytes and repeats one interval at most",
    async (kind) => {
      expect(points).toBeGreaterThan(90);
      for (let at = 1; at <= points; at++) {
        const fault = kind === "torn" ? { kind, at, operation: "write" as const } : { kind, at };
        const told = await survive([fault]);
        expect(countRepeatedSteps(told, stage), `at ${at}`).toBeLessThanOrEqual(INTERVAL);
        if (told[0]!.at(-1)?.kind === "run-finished") return;
      }
    },
    SLOW_MACHINE_MS,
  );

  test(
    "killed again while it recovers, it still ends with the same bytes",
    async () => {
      for (let at = 1; at <= points; at += 41)
        for (let again = 1 + (at % 7); again <= points; again += 37)
          await survive([
            { kind: "crash", at },
            { kind: "crash", at: again },
            { kind: "torn", at: 5 },
          ]);
    },
    SLOW_MACHINE_MS,
  );
});
