import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AnnotationFile } from "../../src/store/annotation-schema.ts";
import { openAnnotations } from "../../src/store/annotations.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { writeFakeRun } from "../support/fake-run.ts";
import { runMonosem } from "../support/run-monosem.ts";

const NOW = "2026-01-02T03:04:05.678Z";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "monosem-labels-"));
  for (const name of ["one", "two"]) writeFakeRun(join(folder, name), 6);
  const annotations = openAnnotations(runPaths(join(folder, "one")).labels);
  annotations.change({ dictionary: "main", feature: 3, weights: "" }, { label: "عربي <b>", rating: 9 }, NOW);
  annotations.createList("scripts", NOW);
  annotations.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("labels go from one run to another through a file, and through a pipe, as they are", async () => {
  const file = join(folder, "labels.json");
  expect((await labels("export", "one", "--file", file)).code).toBe(0);
  const imported = await labels("import", "two", "--file", file);
  expect(imported).toMatchObject({
    code: 0,
    stdout: "2 added, 0 replaced by newer ones, 0 as they were\n",
    stderr: "",
  });
  const { stdout } = await labels("export", "two");
  expect(stdout).toBe(readFileSync(file, "utf8"));
  const again = await runMonosem(["labels", "import", "--run", join(folder, "two")], stdout);
  expect(again.stdout).toBe("0 added, 0 replaced by newer ones, 2 as they were\n");
});

test("labels about a dictionary that the run does not have are kept, and told", async () => {
  const file = join(folder, "strange.json");
  const { stdout } = await labels("export", "one");
  writeFileSync(file, stdout.replaceAll('"main"', '"wide"'));
  const { code, stderr } = await labels("import", "two", "--file", file);
  expect([code, stderr]).toEqual([0, "1 of them are about a dictionary that this run does not have: wide\n"]);
  const all = JSON.parse((await labels("export", "two")).stdout) as AnnotationFile;
  expect(all.annotations.map(({ dictionary }) => dictionary)).toEqual(["main", "wide"]);
});

test.each([
  [["labels"], /--run DIR is missing/],
  [["labels", "export", "--run", "nowhere"], /nowhere is not a run directory/],
  [["labels", "exprot", "--run", "RUN"], /got exprot, wanted export or import/],
  [["labels", "import", "--run", "RUN", "--file", "absent.json"], /absent\.json/],
  [["labels", "import", "--run", "RUN", "--file", "RUN/config.json"], /config\.json: format/],
  [["serve", "--run", "RUN", "--read-only", "--writable"], /contradict each other/],
  [
    ["serve", "--run", "RUN", "--embed-origin", "https://*.example"],
    /got "https:\/\/\*\.example", wanted the origin of one site/,
  ],
  [["serve", "--run", "RUN", "--host", "203.0.113.7"], /203\.0\.113\.7 is no address of this machine/],
])("%j is a mistake that is said in one sentence", async (args, sentence) => {
  const { code, stderr } = await runMonosem(args.map((arg) => arg.replace("RUN", join(folder, "one"))));
  expect([1, 2]).toContain(code);
  expect(stderr.trim().split("\n").at(-1)).toMatch(sentence);
  expect(stderr).not.toContain("    at ");
});

function labels(direction: string, run: string, ...args: readonly string[]) {
  return runMonosem(["labels", direction, "--run", join(folder, run), ...args]);
}
