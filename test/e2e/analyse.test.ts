import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Automata } from "../../src/analysis/automata/automata.ts";
import type { Gallery } from "../../src/analysis/gallery.ts";
import type { ProxyProfiles, Specificity } from "../../src/analysis/specificity.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { runMonosem } from "../support/run-monosem.ts";
import { createRunFolder, runStages } from "../support/small-run.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-analyse-"));
const run = createRunFolder("analyse");
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(run, { recursive: true, force: true });
});
beforeAll(async () => {
  await runStages({
    directory: run,
    stages: ["tokenize", "train-model", "harvest", "train-dictionary"],
    assignments: ["dictionary.l1=0.01", "dictionary.learningRate=0.001"],
  });
}, 120_000);

const analyse = (...args: string[]) => runMonosem(["analyse", "specificity", "--run", run, ...args]);

function writeProxies(name: string, rule: unknown): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify([{ name, title: `My ${name}`, rule }]));
  return path;
}

test("specificity is measured by own proxies, kept with what it came from, and told in the report", async () => {
  const own = writeProxies("own-e", { kind: "pattern", pattern: "e" });
  const { code, stdout, stderr } = await analyse("--proxy", own, "--proxy", "tamil");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toContain("My own-e");
  const paths = runPaths(run);
  const found = JSON.parse(readFileSync(paths.analysis("specificity", "main"), "utf8")) as Specificity & {
    formatVersion: number;
  };
  expect(found).toMatchObject({
    formatVersion: 1,
    dictionary: "main",
    tokensSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(found.findings.map(({ proxy, kind }) => [proxy, kind])[0]).toEqual(["own-e", "searched"]);
  const { profiles } = JSON.parse(readFileSync(paths.analysis("specificity-profiles", "main"), "utf8")) as {
    profiles: readonly ProxyProfiles[];
  };
  const { features, positives } = profiles[0]!;
  const hits = features[0]!.positives.reduce((a, b) => a + b, 0);
  expect(features[0]!.recall).toBeCloseTo(hits / positives, 12);
  const again = await analyse("--proxy", own, "--proxy", "tamil");
  expect(again.stderr).toContain("specificity: unchanged, skipped");
  expect((await analyse("--dictionary", "neurons", "--proxy", own)).code).toBe(0);
  expect(existsSync(paths.analysis("specificity", "neurons"))).toBe(true);
});

test("the gallery says of each feature it looks for whether it is here", async () => {
  const own = writeProxies("gallery-e", { kind: "pattern", pattern: "e" });
  const { code, stderr } = await runMonosem(["analyse", "gallery", "--run", run, "--proxy", own]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toMatch(/found \d of 1 features that the replication names/);
  const gallery = JSON.parse(readFileSync(runPaths(run).analysis("gallery", "main"), "utf8")) as Gallery;
  expect(gallery.entries).toHaveLength(1);
  expect(gallery.entries[0]).toMatchObject({ proxy: "gallery-e", title: "My gallery-e" });
  expect(gallery.entries[0]!.tokens).toBeGreaterThan(0);
  expect(["found", "partly", "not-found"]).toContain(gallery.entries[0]!.verdict);
});

test("automata and modules are looked for in a dictionary and in the neurons, and kept with what they came from", async () => {
  for (const dictionary of ["main", "neurons"]) {
    const { code, stdout, stderr } = await runMonosem([
      "analyse",
      "automata",
      "--run",
      run,
      "--dictionary",
      dictionary,
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout + stderr).toMatch(/\d+ automata, \d+\.\d by chance/);
    const found = JSON.parse(readFileSync(runPaths(run).analysis("automata", dictionary), "utf8")) as Automata;
    expect(found).toMatchObject({ dictionary, tokensSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(found.cycles).toHaveLength(4);
    expect(found.named.map(({ name }) => name)).toEqual(["base64", "snake-case", "bytes", "markup"]);
    expect(found.modules.list.reduce((sum, { size }) => sum + size, 0)).toBe(found.modules.features);
  }
});

test.each<[string, () => string[], number, RegExp]>([
  ["no analysis", () => ["analyse"], 2, /the analysis is missing; there is specificity/],
  ["an unknown analysis", () => ["analyse", "specifity", "--run", run], 2, /did you mean specificity\?/],
  ["an unknown proxy", () => ["analyse", "specificity", "--run", run, "--proxy", "arabci"], 2, /did you mean arabic\?/],
  [
    "a proxy that no token matches",
    () => [
      "analyse",
      "specificity",
      "--run",
      run,
      "--proxy",
      writeProxies("never", { kind: "pattern", pattern: "\u{10fffd}" }),
    ],
    1,
    /no token of the held-out text belongs to never: name another proxy/,
  ],
  [
    "a pattern that is none",
    () => [
      "analyse",
      "specificity",
      "--run",
      run,
      "--proxy",
      writeProxies("broken", { kind: "pattern", pattern: "(" }),
    ],
    2,
    /broken\.json: proxy broken: invalid regular expression/,
  ],
])("%s is one clear sentence", async (_, args, code, sentence) => {
  const result = await runMonosem(args());
  expect(result.stderr).toMatch(sentence);
  expect(result.stderr).not.toMatch(/ at .*\.ts:/);
  expect(result.code).toBe(code);
});
