import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEvent } from "../../src/pipeline/events.ts";
import { openRun } from "../../src/pipeline/open-run.ts";
import { readRunConfig } from "../../src/pipeline/run-config.ts";
import { runSweep } from "../../src/pipeline/sweep/run-sweep.ts";
import { readSweep } from "../../src/pipeline/sweep/sweep-config.ts";
import type { SweepRecord } from "../../src/pipeline/sweep/sweep-record.ts";
import { hashFile } from "../../src/store/stage-record.ts";
import { type CommandResult, runMonosem, startMonosem, waitFor } from "../support/run-monosem.ts";
import { writeNpy } from "../support/write-npy.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-sweep-"));
const finished = join(folder, "finished");
const preset = join(folder, "few.json");
const KILLS = 3;

const EXPERIMENT = [
  "corpus.builtinBytes=400000",
  "training.tokens=60000",
  "model.dModel=32",
  "model.dMlp=64",
  "dictionary.features=128",
  "dictionary.activations=16384",
  "dictionary.bufferRows=4096",
].flatMap((value) => ["--set", value]);

/** Other batches, another length, another stream, repeated activations, resampling: all that may not disturb the others. */
const SWEEP = {
  baseline: "plain",
  evaluationTokens: 3000,
  set: { "dictionary.features": 128, "dictionary.activations": 16_384, "dictionary.bufferRows": 4096 },
  members: [
    { name: "plain", vary: { "dictionary.seed": [0, 1] } },
    { name: "large", set: { "dictionary.features": 256, "dictionary.batch": 1024 } },
    { name: "short", set: { "dictionary.batch": 128, "dictionary.resampling": shares() }, times: activations(0.625) },
    { name: "sparse-contexts", set: { "dictionary.tokensPerContext": 8 }, times: activations(0.5) },
    { name: "repeated", set: { "dictionary.epochs": 4 } },
  ],
};
const NAMES = ["large", "plain-seed-0", "plain-seed-1", "repeated", "short", "sparse-contexts"];
const OFTEN = ["dictionary.checkpointEvery=4", "dictionary.logEvery=2", "dictionary.looks=3"].flatMap((value) => [
  "--set",
  value,
]);

let first: CommandResult;

function shares() {
  return { kind: "shares", variant: "paper", at: [0.5], window: 0.2, inputs: 512 };
}

function activations(factor: number) {
  return { "dictionary.activations": factor };
}

function sweep(run: string, ...more: readonly string[]): string[] {
  return ["sweep", "--run", run, "--preset", preset, ...OFTEN, "--json", ...more];
}

beforeAll(async () => {
  writeFileSync(preset, JSON.stringify(SWEEP));
  first = await runMonosem(sweep(finished, "--experiment", "tiny", ...EXPERIMENT));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a sweep on a new folder makes the run, trains and judges every member, and says how far each is", () => {
  expect(first.stderr).toBe("");
  expect(first.code).toBe(0);
  const events = parseEvents(first.stdout);
  const judged = events.flatMap((event) => (event.kind === "member" && event.state === "judged" ? [event.member] : []));
  expect(judged.toSorted()).toEqual(NAMES.map((name) => `few-${name}`));
  const training = events.find((event) => event.kind === "member" && event.state === "training" && event.step > 1);
  expect(training).toMatchObject({ figures: { loss: expect.any(Number), L0: expect.any(Number) } });
  expect(events.at(-1)?.kind).toBe("run-finished");
});

test("record, report and picture hold a row and a point for each member", () => {
  const record = JSON.parse(readFileSync(join(finished, "sweeps", "few.json"), "utf8")) as SweepRecord;
  expect(record.rows.map(({ dictionary }) => dictionary).toSorted()).toEqual(NAMES.map((name) => `few-${name}`));
  const large = record.rows.find(({ group }) => group === "large")!;
  expect(large).toMatchObject({ features: 256, steps: 16, vectors: 16_384 });
  const metrics = openRun(finished).metrics("few-large");
  expect(large.l0).toBe(metrics.l0);
  expect(large.lossRecovered).toEqual(metrics.lossRecovered);
  expect(record.comparisons.map(({ member }) => member)).toEqual(["large", "short", "sparse-contexts", "repeated"]);
  expect(readFileSync(join(finished, "sweeps", "few.md"), "utf8")).toMatch(/\| few-large \*? ?\|/);
  expect(readFileSync(join(finished, "sweeps", "few-frontier.svg"), "utf8")).toContain(">plain</text>");
  expect(readFileSync(join(finished, "sweeps", "few-sizes.svg"), "utf8")).toContain(">256</text>");
});

test("run again, nothing is trained or judged anew and nothing is rewritten", async () => {
  const before = hashTree(finished);
  const again = await runMonosem(sweep(finished));
  expect(again.code).toBe(0);
  expect(again.stdout).not.toContain('"state":"training"');
  expect(hashTree(finished)).toEqual(before);
});

test("a member is a dictionary of the run like any other, with the same bytes as if trained alone", async () => {
  const features = await runMonosem(["features", "--run", finished, "--dictionary", "few-large", "--json"]);
  expect(features.code).toBe(0);
  const alone = copyRun("alone");
  const config = JSON.parse(readFileSync(join(finished, "dictionaries", "few-short", "config.json"), "utf8"));
  const set = Object.entries(config).flatMap(([field, value]) => [
    "--set",
    `dictionary.${field}=${JSON.stringify(value)}`,
  ]);
  await runMonosem(["train-dictionary", "--run", alone, "--dictionary", "few-short", ...set, "--json"]);
  const trained = hashTree(join(alone, "dictionaries", "few-short"));
  expect(trained.size).toBeGreaterThan(2);
  const swept = hashTree(join(finished, "dictionaries", "few-short"));
  for (const [file, hash] of trained) expect([file, swept.get(file)]).toEqual([file, hash]);
});

test("killed wherever it is and started again, the sweep ends with the same bytes", async () => {
  const run = copyRun("killed");
  for (let kill = 0; kill < KILLS; kill++) {
    const child = startMonosem(sweep(run));
    let seen = 0;
    child.stdout?.on("data", (chunk: Buffer) => {
      seen += chunk.toString().split('"state":"training"').length - 1;
      if (seen > 5 + 9 * kill) child.kill("SIGKILL");
    });
    await waitFor(child);
  }
  expect((await runMonosem(sweep(run))).code).toBe(0);
  expect(hashTree(join(run, "dictionaries"))).toEqual(hashMembers());
  expect(hashTree(join(run, "sweeps"))).toEqual(hashTree(join(finished, "sweeps")));
});

test("Ctrl-C saves and says how to go on", async () => {
  const run = copyRun("interrupted");
  const child = startMonosem(sweep(run));
  child.stdout?.once("data", () => child.kill("SIGINT"));
  const { code, stderr } = await waitFor(child);
  expect(code).toBe(130);
  expect(stderr).toMatch(/the same command goes on/);
  expect((await runMonosem(sweep(run))).code).toBe(0);
  expect(hashTree(join(run, "dictionaries"))).toEqual(hashMembers());
});

test("members that do not fit in memory together are trained in groups, with the same bytes and a sentence", async () => {
  const directory = copyRun("groups");
  const sentences: string[] = [];
  const request = {
    directory,
    name: "few",
    sweep: { ...readSweep(preset), set: readConfig().set },
    experiment: readRunConfig(directory)!,
    backend: "auto",
    memoryBytes: 1e6,
  } as const;
  for await (const event of runSweep(request, new AbortController().signal))
    if (event.kind === "note") sentences.push(event.sentence);
  expect(sentences.some((sentence) => /1 MB may be taken, so they are trained in 6 groups/.test(sentence))).toBe(true);
  expect(hashTree(join(directory, "dictionaries"))).toEqual(hashMembers());
});

test("activations of another program are swept without a model, by explained variance", async () => {
  const [run, file] = [join(folder, "own"), join(folder, "own.npy")];
  const wave = (index: number) => Math.max(0, Math.sin(index * 1.7) + Math.sin(index * 0.013));
  writeNpy(
    file,
    Float32Array.from({ length: 4000 * 8 }, (_, index) => wave(index)),
    8,
  );
  const few = ["--set", "dictionary.activations=3000", "--set", "dictionary.batch=64"];
  const vary = ["--vary", "dictionary.features=16,32", "--vary", "dictionary.l1=0.05,0.2"];
  const swept = await runMonosem(["sweep", "--run", run, ...vary, ...few, "--json", "--activations", file]);
  expect([swept.code, swept.stderr]).toEqual([0, ""]);
  const record = JSON.parse(readFileSync(join(run, "sweeps", "sweep.json"), "utf8")) as SweepRecord;
  expect(record.fidelity).toBe("explained variance");
  expect(record.rows.map(({ lossRecovered }) => lossRecovered)).toEqual([null, null, null, null]);
  expect(record.curves.sizes[0]!.points[0]!.y).toBe(record.rows[0]!.explainedVariance);
});

test.each([
  [["--vary", "dictionary.l2=1"], /unknown field dictionary\.l2 \(did you mean dictionary\.l1\?\)/],
  [["--vary", "dictionary.kind=topk"], /member sweep-kind-topk: .* has no penalty/],
  [[], /has no members/],
])("sweep %j is refused before a folder is made", async (flags, sentence) => {
  const run = join(folder, "refused");
  const refused = await runMonosem(["sweep", "--run", run, "--experiment", "tiny", ...flags]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(sentence);
  expect(existsSync(run)).toBe(false);
});

test("a member that is there with another config is refused by naming it and the field", async () => {
  const before = hashTree(finished);
  const refused = await runMonosem(sweep(finished, "--set", "dictionary.l1=3"));
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/dictionary few-plain-seed-0 of another config: dictionary\.l1 is 0\.5 there, 3 here/);
  expect(hashTree(finished)).toEqual(before);
});

/** The settings that the command line gave the finished sweep. */
function readConfig(): SweepRecord["config"] {
  return (JSON.parse(readFileSync(join(finished, "sweeps", "few.json"), "utf8")) as SweepRecord).config;
}

/** The finished run as it was before the sweep. */
function copyRun(name: string): string {
  const run = join(folder, name);
  cpSync(finished, run, { recursive: true });
  for (const part of ["dictionaries", "sweeps"]) rmSync(join(run, part), { recursive: true });
  for (const record of readdirSync(join(run, "stages")))
    if (record.includes("few-")) rmSync(join(run, "stages", record));
  return run;
}

/** What sweeping makes of the members' folders; pages were asked for by another test. */
function hashMembers(): Map<string, string> {
  return new Map([...hashTree(join(finished, "dictionaries"))].filter(([file]) => !file.includes("pack")));
}

function hashTree(root: string): Map<string, string> {
  const depending = ["timings.json", "progress.json", "lock"];
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !depending.includes(entry.name),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  return new Map(paths.map((path) => [path.slice(root.length), hashFile(path)]));
}

function parseEvents(text: string): RunEvent[] {
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RunEvent);
}
