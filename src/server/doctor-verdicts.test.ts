import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDictionaryLog, writeFakeLearningRun, writeFakeRunningRun } from "../../test/support/fake-run.ts";
import { diagnoseRun } from "../pipeline/diagnose-run.ts";
import { appendEvents } from "../store/event-log.ts";
import { runPaths } from "../store/run-directory.ts";
import type { ListedRun } from "./api.ts";
import { describeRun } from "./describe-run.ts";
import { createDoctorVerdicts } from "./doctor-verdicts.ts";
import { createFeaturePacks } from "./feature-packs.ts";
import { createRunCatalogue } from "./run-catalogue.ts";

const PART = 0.3;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "monosem-doctor-"));
  writeFakeLearningRun(join(folder, "learning"), PART);
  writeFakeRunningRun(join(folder, "model-only"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function createReader(name: string, now: () => number) {
  const [catalogue, packs] = [createRunCatalogue([join(folder, name)]), createFeaturePacks()];
  const doctor = createDoctorVerdicts(now);
  return async (): Promise<ListedRun["doctor"]> => {
    const run = catalogue.runs[0]!;
    return doctor.read(run, await describeRun(catalogue, packs, run));
  };
}

test("a run whose dictionaries have not begun to learn has no verdict", async () => {
  expect(await createReader("model-only", () => 0)()).toEqual([]);
});

test("the verdict is the command's, and a growing log is read again after some seconds only", async () => {
  let now = 0;
  const read = createReader("learning", () => now);
  const expected = () =>
    diagnoseRun(join(folder, "learning")).map(({ dictionary, looks, findings }) => ({
      dictionary,
      looks,
      findings: findings.map(({ rule, severity, title }) => ({ rule, severity, title })),
    }));
  const first = await read();
  expect(first).toEqual(expected());
  expect(first[0]!.looks).toBeGreaterThan(0);
  const rest = createDictionaryLog().slice(createDictionaryLog(PART).length);
  appendEvents(runPaths(join(folder, "learning")).dictionary("main").metricsLog, rest);
  now = 4999;
  expect(await read()).toEqual(first);
  now = 5000;
  const grown = await read();
  expect(grown).toEqual(expected());
  expect(grown[0]!.looks).toBeGreaterThan(first[0]!.looks);
});
