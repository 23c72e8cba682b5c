import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashFile } from "../../src/store/stage-record.ts";
import { type CommandResult, runMonosem, startMonosem, waitFor } from "../support/run-monosem.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-damage-"));
const whole = join(folder, "whole");
const broken = join(folder, "broken");

const SMALL = [
  ...["corpus.builtinBytes=200000", "corpus.vocabulary=512", "training.tokens=250000", "training.checkpointEvery=5"],
  ...["dictionary.activations=20000", "dictionary.features=64", "evaluation.tokens=2000", "features.tokens=2000"],
].flatMap((assignment) => ["--set", assignment]);
const run = (directory: string, ...more: string[]) =>
  runMonosem(["run", "--preset", "tiny", "--run", directory, ...SMALL, ...more]);

beforeAll(async () => {
  expect((await run(whole)).code).toBe(0);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function breakFile(name: string, content: string): void {
  rmSync(broken, { recursive: true, force: true });
  cpSync(whole, broken, { recursive: true });
  writeFileSync(join(broken, name), content);
}

function expectSentence({ stderr, code }: CommandResult, sentence: RegExp): void {
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
}

test.each([
  ["config.json", "{", /config\.json is damaged: it is no JSON object; restore it or choose another --run folder/],
  ["config.json", "null", /config\.json is damaged: it is no JSON object/],
  ["config.json", '{"format": 99}', /run format 99, this version \(.*\) reads 1/],
  ["config.json", '{"format": 1, "experiment": {"seed": "x"}}', /config\.json is damaged: seed/],
  ["stages/train-model.json", "", /train-model\.json is damaged: .*; delete it and run the same command again/],
  ["stages/train-model.json", "{}", /train-model\.json is damaged: .*; delete it/],
  [
    "stages/train-model.json",
    '{"stage":"train-model","inputs":"x","outputs":[{"path":"../../secret","bytes":1,"sha256":"x"}]}',
    /a path that leaves the run directory/,
  ],
  ["model/config.json", "{", /config\.json is damaged: 1 bytes, \d+ were written; delete .*train-model\.json/],
  ["model/evaluation.json", "{", /evaluation\.json is damaged: 1 bytes/],
  ["corpus/tokenizer.json", "{", /tokenizer\.json is damaged: 1 bytes/],
] as const)("%s holding %j is answered by a sentence that says what to do", async (name, content, sentence) => {
  breakFile(name, content);
  const before = readdirSync(broken, { recursive: true }).length;
  expectSentence(await runMonosem(["run", "--run", broken]), sentence);
  expect(readdirSync(broken, { recursive: true }).length).toBe(before);
});

test("files that only tell how far a run is may be damaged or gone", async () => {
  breakFile("progress.json", "{");
  writeFileSync(join(broken, "timings.json"), "{");
  writeFileSync(join(broken, "lock"), "null");
  rmSync(join(broken, "report.json"));
  const again = await runMonosem(["run", "--run", broken, "--json"]);
  expect(again.code).toBe(0);
  expect(again.stdout).not.toContain('"skipped":false');
  expect(hashFile(join(broken, "report.json"))).toBe(hashFile(join(whole, "report.json")));
});

test("a config changed by hand is not built upon with the old model", async () => {
  breakFile("config.json", readFileSync(join(whole, "config.json"), "utf8").replace('"seed": 1', '"seed": 2'));
  expectSentence(await runMonosem(["evaluate", "--run", broken]), /train-model was run there with other settings/);
});

test("text that is gone by now is not needed to judge what was learned from it", async () => {
  const text = join(folder, "text.txt");
  const directory = join(folder, "own-text");
  const sentence = (index: number) => `Sentence ${index} tells of ${index * index} things and of ${index % 7} more.`;
  writeFileSync(text, Array.from({ length: 3000 }, (_, index) => sentence(index)).join("\n\n"));
  expect((await run(directory, "--corpus", text)).code).toBe(0);
  rmSync(text);
  expect((await runMonosem(["evaluate", "--run", directory])).code).toBe(0);
});

test.each(["training", "dictionary"])(
  "%s that diverges stops with a sentence and saves no such weights",
  async (what) => {
    const directory = join(folder, `diverged-${what}`);
    const diverged = await run(directory, "--reuse", whole, "--set", `${what}.learningRate=1e15`);
    expectSentence(diverged, /(not finite|is NaN).*lower/);
    const written = what === "training" ? "model/model.safetensors" : "dictionaries/main/weights.safetensors";
    for (const name of [written, written.replace(/[a-z]+\.safetensors/, "checkpoints")])
      expect(existsSync(join(directory, name)), name).toBe(false);
  },
);

test.each([
  ["a file", ""],
  ["a path below a file", "/below"],
])("%s given as the run directory is refused", async (_name, below) => {
  const path = join(folder, "file");
  writeFileSync(path, "content");
  expectSentence(await run(`${path}${below}`), /a file stands where a folder is wanted; choose another --run folder/);
  expect(readFileSync(path, "utf8")).toBe("content");
});

test("a folder in the place of a file that is to be written is named", async () => {
  breakFile("lock", "");
  rmSync(join(broken, "lock"));
  mkdirSync(join(broken, "lock"));
  expectSentence(await runMonosem(["run", "--run", broken]), /lock: a folder stands where a file is wanted/);
});

test("a whole section can be set, and is checked like its fields", async () => {
  const plan = (value: string) =>
    runMonosem(["run", "--preset", "tiny", "--run", join(folder, "plan"), "--dry-run", "--set", value]);
  expect((await plan('training={"tokens":1000}')).code).toBe(0);
  expect((await plan('training={"token":1000}')).stderr).toMatch(/unknown field training\.token .did you mean/);
  expect((await plan("training=[1]")).stderr).toMatch(/training: .*expected object/);
  expect((await plan("training=null")).code).toBe(2);
});

test("a stop by SIGTERM saves; a damaged checkpoint is told and the one before it taken, a log that runs ahead is cut", async () => {
  const directory = join(folder, "stopped");
  const checkpoints = join(directory, "model", "checkpoints");
  const list = () => (existsSync(checkpoints) ? readdirSync(checkpoints).sort() : []);
  const log = join(directory, "model", "metrics.jsonl");
  const child = startMonosem(["run", "--preset", "tiny", "--run", directory, ...SMALL, "--json"]);
  const stopped = waitFor(child);
  child.stdout?.on("data", () => {
    if (!child.killed && list().length >= 2) child.kill("SIGTERM");
  });
  const { code, stderr } = await stopped;
  expect(code).toBe(130);
  expect(stderr).toMatch(/saved at step \d+ of the model; the same command goes on from there/);
  appendFileSync(log, '{"kind":"step","step":1000000,"loss":1}\n');
  const saved = list().map((name) => [join(checkpoints, name), readFileSync(join(checkpoints, name))] as const);
  for (const [path] of saved) truncateSync(path, 1000);
  expectSentence(
    await run(directory),
    /safetensors is damaged: .*; no earlier checkpoint is whole: restore it from a copy, or delete .*checkpoints and run/,
  );
  for (const [path, bytes] of saved.slice(0, -1)) writeFileSync(path, bytes);
  const finished = await run(directory, "--json");
  expect(finished.code).toBe(0);
  expect(finished.stdout).toMatch(
    /"kind":"warning","sentence":"[^"]*is damaged: [^"]*going on from the checkpoint of step/,
  );
  for (const name of ["model/metrics.jsonl", "model/model.safetensors", "dictionaries/main/weights.safetensors"])
    expect(hashFile(join(directory, name)), name).toBe(hashFile(join(whole, name)));
  expect(list()).toEqual([]);
});

test("a reader that goes away ends the command without a stack trace", async () => {
  const child = startMonosem(["run", "--run", whole, "--json"]);
  child.stdout?.destroy();
  const { code, stderr } = await waitFor(child);
  expect(stderr).toBe("");
  expect(code).toBe(141);
});
