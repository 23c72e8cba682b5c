import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportFeature } from "../../src/site/export-feature.ts";
import { readSiteManifest } from "../../src/store/site-folder.ts";
import { nameTemporary } from "../../src/store/write-atomically.ts";
import { writeFakeRun } from "../support/fake-run.ts";
import { runCommand } from "../support/killed-process.ts";
import { buildWebAssets } from "../support/open-page.ts";
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

test("what killed exports were writing is removed by the next one, and what another writes is not", async () => {
  const target = mkdtempSync(join(tmpdir(), "monosem-killed-"));
  const own = join(target, basename(nameTemporary(target)));
  writeFileSync(own, "this process is writing");
  const commands = {
    copy: ["export-site", run, "--out", join(target, "copy")],
    "f.html": ["export-feature", "--run", run, "--feature", "3", "--out", join(target, "f.html")],
  };
  for (const [name, args] of Object.entries(commands)) {
    const { killed } = await runCommand(target, args, { fault: { kind: "kill", at: 3 } });
    expect(killed).toBe(true);
    expect(readdirSync(target)).toHaveLength(name === "copy" ? 2 : 3);
    expect((await runCommand(target, args)).code).toBe(0);
    expect(existsSync(join(target, name))).toBe(true);
    expect(readdirSync(target).filter((entry) => entry.startsWith("."))).toEqual([basename(own)]);
  }
  rmSync(target, { recursive: true });
});

test("an interrupted export says what to do and leaves nothing behind", async () => {
  const target = mkdtempSync(join(tmpdir(), "monosem-stopped-"));
  const out = join(target, "f.html");
  const chosen = { kind: "features", dictionary: "main", features: [1] } as const;
  const request = { run, out, chosen, assets: await buildWebAssets() };
  await expect(exportFeature(request, AbortSignal.abort())).rejects.toThrow("the same command makes it anew");
  expect(readdirSync(target)).toEqual([]);
  rmSync(target, { recursive: true });
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
