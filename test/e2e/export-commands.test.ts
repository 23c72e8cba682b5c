import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSiteManifest } from "../../src/store/site-folder.ts";
import { writeFakeRun } from "../support/fake-run.ts";
import { runMonosem } from "../support/run-monosem.ts";

let folder: string;
let run: string;
let site: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "monosem-export-"));
  run = join(folder, "tiny");
  site = join(folder, "site");
  writeFakeRun(run, 40);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("export-site runs to its end and says what it wrote", async () => {
  const made = await runMonosem(["export-site", run, "--out", site]);
  expect([made.code, made.stderr.includes("Warning")]).toEqual([0, false]);
  const { files } = readSiteManifest(site)!;
  expect(made.stdout).toContain(`${site}: main, ${files.length + 1} files`);
  expect(readFileSync(join(site, "index.html"), "utf8")).toContain('id="site-index"');
});

test("a second export into the same folder mends it", async () => {
  const made = await runMonosem(["export-site", run, "--out", site, "--without-model", "--json"]);
  const events = made.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string });
  expect(made.code).toBe(0);
  expect(events.at(-1)).toMatchObject({ kind: "site-finished", out: site, dictionaries: ["main"] });
  expect(events.some(({ kind }) => kind === "progress")).toBe(true);
});

test("export-feature says how large its file is", async () => {
  const out = join(folder, "feature.html");
  const made = await runMonosem(["export-feature", "--run", run, "--feature", "3", "7", "--out", out]);
  expect(made.stdout).toMatch(/feature\.html: 2 features, \d+ kB\n$/);
  const again = await runMonosem(["export-feature", "--run", run, "--feature", "3", "--out", out, "--json"]);
  expect(JSON.parse(again.stdout)).toMatchObject({ out, features: [{ dictionary: "tiny-main", feature: 3 }] });
});

test.each([
  [["export-site"], 2, "RUN is missing"],
  [["export-site", "absent"], 2, "--out DIR is missing"],
  [["export-site", "absent", "--out", "x"], 1, "is not a run directory"],
  [["export-feature", "--run", "absent", "--out", "x"], 2, "--feature N is missing"],
  [["export-feature", "--run", "absent", "--out", "x", "--feature", "-1"], 2, "wanted a number such as 17"],
  [["export-feature", "--run", "absent", "--out", "x", "--feature", "a"], 2, "wanted a number such as 17"],
  [["export-feature", "--run", "absent", "--out", "x", "--feature", "1", "--list", "1"], 2, "leave one out"],
] as const)("%j ends with code %d and a sentence", async (args, code, sentence) => {
  const ended = await runMonosem(args);
  expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(sentence)]);
});
