import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FeatureMap } from "../../src/analysis/feature-map.ts";
import { parseFeatureTable } from "../../src/features/feature-table.ts";
import { openRun } from "../../src/pipeline/open-run.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { runMonosem } from "../support/run-monosem.ts";
import { createRunFolder, runStages } from "../support/small-run.ts";

const run = createRunFolder("map");
const STAGES = ["tokenize", "train-model", "harvest", "train-dictionary", "features", "features-neurons"] as const;
const LEARNING = ["dictionary.l1=0.01", "dictionary.learningRate=0.001"];

beforeAll(async () => {
  await runStages({ directory: run, stages: STAGES, assignments: LEARNING });
  const other = ["train-dictionary", "--run", run, "--dictionary", "small", "--set", "dictionary.features=24"];
  expect((await runMonosem(other)).stderr).not.toMatch(/error/i);
  expect((await runMonosem(["features", "--run", run, "--dictionary", "small"])).code).toBe(0);
}, 240_000);
afterAll(() => rmSync(run, { recursive: true, force: true }));

const drawMap = (...args: string[]) => runMonosem(["analyse", "map", "--run", run, ...args]);

function readMap(dictionary: string): FeatureMap & { readonly formatVersion: number } {
  return JSON.parse(readFileSync(runPaths(run).analysis("map", dictionary), "utf8"));
}

test("the map has every feature that is neither dead nor ultralow, once, and is the same when drawn again", async () => {
  const { code, stderr } = await drawMap();
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const map = readMap("main");
  const pack = openRun(run).featurePack("main");
  const { firings } = parseFeatureTable(pack.table());
  const { tokens } = pack.header;
  pack.close();
  const mapped = [...firings.keys()].filter((feature) => firings[feature]! / tokens >= 1e-5);
  const dead = firings.filter((count) => count === 0).length;
  expect(map).toMatchObject({ formatVersion: 1, directions: "decoder", feature: mapped });
  expect(map.dictionaries).toMatchObject([
    { name: "main", features: firings.length, dead, ultralow: firings.length - dead - mapped.length },
  ]);
  for (const [point, feature] of map.feature.entries())
    expect(map.density[point]! * tokens).toBeCloseTo(firings[feature]!, 0);
  expect(map.order.toSorted((a, b) => a - b)).toEqual(map.feature.map((_, point) => point));
  expect((await drawMap()).stderr).toContain("map: unchanged, skipped");
  const bytes = readFileSync(runPaths(run).analysis("map", "main"));
  for (const path of [runPaths(run).analysis("map", "main"), join(run, "stages", "map-main.json")]) rmSync(path);
  expect((await drawMap("--threads", "1")).code).toBe(0);
  expect(readFileSync(runPaths(run).analysis("map", "main")).equals(bytes)).toBe(true);
}, 120_000);

test("two dictionaries stand on one map, and neurons on one of their output weights", async () => {
  expect((await drawMap("--with", "small")).code).toBe(0);
  const map = readMap("main");
  expect(map.dictionaries.map(({ name }) => name)).toEqual(["main", "small"]);
  expect(new Set(map.dictionary)).toEqual(new Set([0, 1]));
  expect(map.settings.minDistance).toBe(0.05);
  expect((await drawMap("--dictionary", "neurons")).code).toBe(0);
  expect(readMap("neurons")).toMatchObject({ directions: "output weights", dictionaries: [{ name: "neurons" }] });
}, 120_000);

test.each<[string, string[], RegExp]>([
  ["neurons beside a dictionary", ["--with", "neurons"], /neurons of .* has directions in another space than main/],
  ["a dictionary that is not there", ["--with", "none"], /dictionaries\/none\/.* is missing: make it with monosem/],
])("%s is one clear sentence", async (_, args, sentence) => {
  const { code, stderr } = await drawMap(...args);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toContain("    at ");
});
