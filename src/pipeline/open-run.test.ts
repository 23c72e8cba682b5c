import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createReferenceKernels } from "../kernels/reference.ts";
import { runPaths } from "../store/run-directory.ts";
import { writeJson } from "../store/write-atomically.ts";
import { resolveExperiment } from "./experiment.ts";
import { openRun } from "./open-run.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-open-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a folder without a config is refused as a run directory", () => {
  expect(() => openRun(folder)).toThrow(/is not a run directory: it has no config\.json; make one with monosem run/);
});

test("what a stage has not made yet is named with the command that makes it", () => {
  const experiment = resolveExperiment({}, ["seed=7"], "test");
  writeJson(runPaths(folder).config, { format: 1, experiment });
  const run = openRun(folder);
  const kernels = createReferenceKernels();
  expect(run.config.seed).toBe(7);
  expect(() => run.tokenizer()).toThrow(/tokenizer\.json is missing: make it with monosem tokenize --run/);
  expect(() => run.text("valid")).toThrow(/valid\.tokens is missing: make it with monosem tokenize/);
  expect(() => run.model(kernels)).toThrow(/make it with monosem train-model --run/);
  expect(() => run.dictionary(kernels)).toThrow(/make it with monosem train-dictionary --run .* --dictionary main/);
  expect(() => run.metrics("neurons")).toThrow(/make it with monosem evaluate --run .* --dictionary neurons/);
  expect(() => run.featurePack()).toThrow(/make it with monosem features --run/);
  expect(() => run.metrics("../main")).toThrow(/dictionary name/);
});
