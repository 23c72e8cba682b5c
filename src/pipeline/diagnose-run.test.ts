import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { learnSuperposition } from "../../test/support/learn-superposition.ts";
import type { DictionaryConfig } from "../autoencoder/config.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { UserError } from "../numerics/user-error.ts";
import { appendEvents } from "../store/event-log.ts";
import { runPaths } from "../store/run-directory.ts";
import { writeJson } from "../store/write-atomically.ts";
import { diagnoseRun } from "./diagnose-run.ts";

const kernels = createReferenceKernels();
const folder = mkdtempSync(join(tmpdir(), "monosem-diagnose-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Really trains a dictionary and returns what the doctor says of its log, worst first. */
async function trainAndDiagnose(name: string, dictionary: Partial<DictionaryConfig>) {
  const directory = join(folder, name);
  await learnSuperposition({ kernels, directory, dictionary });
  return diagnoseRun(directory)[0]!;
}

test("a real training that finds its dictionary is neither a problem nor worth a warning", async () => {
  const { findings, step, looks } = await trainAndDiagnose("healthy", { l1: 0.6, activations: 64_000 });
  expect(findings.filter(({ severity }) => severity !== "note")).toEqual([]);
  expect([step, looks]).toEqual([1000, 20]);
});

test("a real training under an L1 of 50 is dead because of it", async () => {
  const { findings } = await trainAndDiagnose("strong", { l1: 50 });
  expect(findings.map(({ rule }) => rule)).toEqual(["everything-dead"]);
  expect(findings[0]!.title).toContain("L1 is too high");
});

test("a real training under an L1 of 0.001 is too dense", async () => {
  const [first] = (await trainAndDiagnose("weak", { l1: 0.001 })).findings;
  expect(first).toMatchObject({ rule: "too-dense", severity: "problem" });
  expect(first!.remedies[0]).toContain("Raise the penalty: --set dictionary.l1=0.01");
});

test("a real training at a learning rate of 1 diverges", async () => {
  const [first] = (await trainAndDiagnose("wild", { learningRate: 1 })).findings;
  expect(first).toMatchObject({ rule: "diverged", severity: "problem" });
  expect(first!.remedies[0]).toContain("dictionary.learningRate=0.1");
});

test("a run that failed on a number that is not finite is told by its last words", () => {
  const directory = join(folder, "healthy");
  const paths = runPaths(directory);
  rmSync(paths.dictionary("main").weights);
  writeJson(paths.progress, {
    state: "failed",
    message: "The dictionary's loss is not finite (NaN) at step 7",
    stages: [],
  });
  expect(diagnoseRun(directory)[0]!.findings[0]).toMatchObject({
    rule: "diverged",
    saw: expect.stringContaining("step 7"),
  });
});

test("all dictionaries that have a log are diagnosed, or the one that is named", () => {
  const directory = join(folder, "weak");
  appendEvents(runPaths(directory).dictionary("second").metricsLog, [{ kind: "step", step: 1, steps: 9, loss: 1 }]);
  expect(diagnoseRun(directory).map(({ dictionary }) => dictionary)).toEqual(["main", "second"]);
  expect(diagnoseRun(directory, "second")).toMatchObject([
    { dictionary: "second", step: 1, steps: 9, looks: 0, findings: [] },
  ]);
});

test("a folder that is no run, and a dictionary that has not begun, are a user's errors", () => {
  expect(() => diagnoseRun(join(folder, "nothing"))).toThrow(UserError);
  expect(() => diagnoseRun(join(folder, "weak"), "other")).toThrow("dictionary other has not begun to learn");
});
