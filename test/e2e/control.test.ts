import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readParameters } from "../../src/pipeline/model-files.ts";
import { readModelEvaluation } from "../../src/pipeline/stages/train-model.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { runMonosem } from "../support/run-monosem.ts";
import { SMALLEST } from "../support/small-run.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-control-"));
const [trained, control] = [join(folder, "trained"), join(folder, "control")];
const FIELDS = SMALLEST.flatMap((field) => ["--set", field]);
const CONTROL = ["run", "--run", control, "--reuse", trained, "--control", "shuffled-weights", "--json"];

beforeAll(async () => {
  const { code } = await runMonosem(["run", "--preset", "tiny", "--run", trained, ...FIELDS, "--json"]);
  expect(code).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a control has the same text and shuffled weights, and a dictionary and pages of its own", async () => {
  const { code, stderr } = await runMonosem(CONTROL);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const [a, b] = [runPaths(trained), runPaths(control)];
  expect(readFileSync(b.corpus.tokens("valid"))).toEqual(readFileSync(a.corpus.tokens("valid")));
  const [before, after] = [readParameters(a).get("wte.weight")!.data, readParameters(b).get("wte.weight")!.data];
  expect(after).not.toEqual(before);
  expect(after.toSorted()).toEqual(before.toSorted());
  expect(readModelEvaluation(b.model.evaluation).validationLoss).not.toBe(
    readModelEvaluation(a.model.evaluation).validationLoss,
  );
  expect(JSON.parse(readFileSync(b.dictionary("main").metrics, "utf8"))).toHaveProperty("l0");
});

test("once it is there, the run it was made of is not needed any more", async () => {
  const { code, stdout } = await runMonosem(["run", "--run", control, "--json"]);
  expect(code).toBe(0);
  const events = stdout.split("\n").filter((line) => line.includes('"stage-finished"'));
  expect(events.every((line) => line.includes('"skipped":true'))).toBe(true);
});

test("a control without the run it is made of, or of another model, is refused before any work", async () => {
  const alone = join(folder, "alone");
  const options = ["run", "--preset", "tiny", "--control", "shuffled-weights", ...FIELDS, "--json"];
  const without = await runMonosem([...options, "--run", alone]);
  expect(without.code).toBe(2);
  expect(without.stderr).toContain("made of the weights of another run: name that run with");
  const other = await runMonosem([
    ...options,
    "--run",
    join(folder, "other"),
    "--reuse",
    trained,
    "--set",
    "model.dMlp=48",
  ]);
  expect(other.code).toBe(2);
  expect(other.stderr).toContain("model.dMlp is 32 there, 48 here");
  const unknown = await runMonosem([...options.slice(0, 3), "--control", "noise", "--run", join(folder, "noise")]);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("training.control");
});
