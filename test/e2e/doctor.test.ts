import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { diagnoseTraining } from "../../src/metrics/doctor.ts";
import { createTrainingRecord } from "../../src/metrics/training-record.ts";
import { appendEvents } from "../../src/store/event-log.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { createDictionaryLog, writeFakeLearningRun } from "../support/fake-run.ts";
import { createFakeLog } from "../support/fake-training.ts";
import { runMonosem } from "../support/run-monosem.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-doctor-"));
const run = join(folder, "run");

beforeAll(() => {
  writeFakeLearningRun(run, 1);
  appendEvents(runPaths(run).dictionary("well").metricsLog, createFakeLog());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("doctor RUN says of each dictionary what it saw, what it means, what to try and where that is known from", async () => {
  const { code, stdout, stderr } = await runMonosem(["doctor", run]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`${run}, dictionary main: step 2,000 of 2,000, 40 looks`);
  expect(stdout).toMatch(
    /WARNING: Features come in two clusters.*\n {2}saw {5}.*\n(.*\n)*? {2}means {3}.*\n(.*\n)*? {2}try {5}/,
  );
  expect(stdout).toMatch(/dictionary well: step 2,000 of 2,000, 40 looks\n {2}nothing is wrong/);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
});

test("doctor RUN --json gives the same findings for programs, of one dictionary where it is named", async () => {
  const { stdout } = await runMonosem(["doctor", run, "--json", "--dictionary", "main"]);
  const { dictionaries } = JSON.parse(stdout) as { dictionaries: { dictionary: string; findings: unknown[] }[] };
  const record = createTrainingRecord(createDictionaryLog(), { resampling: "none" });
  expect(dictionaries).toMatchObject([{ dictionary: "main", findings: diagnoseTraining(record) }]);
});

test("doctor alone still describes the machine", async () => {
  const { code, stdout } = await runMonosem(["doctor"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok {7}monosem/);
  expect(stdout).toContain("reference backend");
});

test("tensorboard RUN writes event files and says how to look at them", async () => {
  const { code, stdout } = await runMonosem(["tensorboard", run]);
  expect(code).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(4);
  expect(stdout).toContain(`tensorboard --logdir ${join(run, "tensorboard")}`);
});

test.each([
  [["doctor", join(folder, "nothing")], 1, /is not a run directory/],
  [["doctor", run, "--dictionary", "other"], 1, /dictionary other has not begun to learn/],
  [["doctor", "--dictionary", "main"], 2, /monosem doctor RUN --dictionary NAME/],
  [["doctor", run, "second"], 2, /unexpected argument second/],
  [["serve", run], 2, /unexpected argument/],
  [["tensorboard"], 2, /RUN is missing/],
  [["tensorboard", folder], 1, /is not a run directory/],
])("%j is refused with a sentence", async (args, code, sentence) => {
  const result = await runMonosem(args);
  expect([result.code, result.stdout]).toEqual([code, ""]);
  expect(result.stderr).toMatch(sentence);
  expect(result.stderr).not.toMatch(/\n\s+at /);
});
