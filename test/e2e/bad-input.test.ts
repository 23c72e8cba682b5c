import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runMonosem } from "../support/run-monosem.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-bad-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = join(folder, "run");
/** A run that needs the backend gets a directory of its own, because its config is kept there. */
const tiny = (name: string) => ["run", "--preset", "tiny", "--run", join(folder, name), "--backend", "reference"];

test.each([
  ["an unknown command", ["trian"], 2, /unknown command trian \(did you mean train\?\)|unknown command trian/],
  ["a misspelt command", ["serv"], 2, /unknown command serv \(did you mean serve\?\)/],
  ["an unknown flag", ["run", "--prest", "tiny"], 2, /unknown flag --prest \(did you mean preset\?\)/],
  ["a flag named like a method of every object", ["run", "--toString=1"], 2, /unknown flag --toString/],
  ["a flag without its value", ["run", "--run"], 2, /--run wants a value/],
  ["a number that is none", ["serve", "--run", run, "--port", "x"], 2, /--port is x, wanted a whole number/],
  ["an unexpected argument", ["sample", "please"], 2, /unexpected argument please/],
  ["no run directory", ["run", "--preset", "tiny"], 2, /--run DIR is missing/],
  ["no preset for a new directory", ["run", "--run", run], 2, /name a preset/],
  ["an unknown preset", ["run", "--preset", "tinny", "--run", run], 2, /unknown preset tinny \(did you mean tiny\?\)/],
  [
    "an unknown recipe",
    ["train-dictionary", "--preset", "tiny", "--run", run, "--recipe", "papr"],
    2,
    /did you mean paper/,
  ],
  [
    "a recipe named like a method of every object",
    ["train-dictionary", "--preset", "tiny", "--run", run, "--recipe", "constructor"],
    2,
    /unknown recipe constructor/,
  ],
  ["an unknown backend", [...tiny("t1"), "--backend", "gpu"], 2, /--backend is gpu/],
  [
    "an unknown config key",
    [...tiny("t2"), "--set", "dictionary.l2=1"],
    2,
    /unknown field dictionary\.l2 \(did you mean dictionary\.l1\?\)/,
  ],
  ["a key of the prototype", [...tiny("t3"), "--set", "__proto__.polluted=1"], 2, /unknown field __proto__/],
  ["a value of the wrong type", [...tiny("t4"), "--set", "training.batch=many"], 2, /training\.batch: .*number/],
  ["a negative size", [...tiny("t5"), "--set", "dictionary.features=-4"], 2, /dictionary\.features/],
  ["an assignment without a value", [...tiny("t6"), "--set", "seed"], 2, /wanted FIELD=VALUE/],
  ["heads that do not divide the width", [...tiny("t7"), "--set", "model.heads=5"], 2, /heads must divide/],
  [
    "a site that does not exist",
    [...tiny("t8"), "--set", "dictionary.site=blocks.0.mlp.hook_pots"],
    2,
    /did you mean "?blocks\.0\.mlp\.hook_post/,
  ],
  [
    "a stage whose input is missing",
    ["evaluate", "--preset", "tiny", "--run", join(folder, "new")],
    1,
    /has not been run there; run monosem tokenize/,
  ],
  ["a corpus that is not there", [...tiny("t9"), "--corpus", join(folder, "nowhere.txt")], 1, /nowhere\.txt/],
  ["serving what is no run", ["serve", "--run", join(folder, "nothing")], 1, /is not a run directory/],
  ["sampling without a model", ["sample", "--run", join(folder, "nothing")], 1, /holds no trained model/],
] as const)("%s is answered by one sentence", async (_name, args, code, sentence) => {
  const result = await runMonosem(args);
  expect(result.stderr).toMatch(sentence);
  expect(
    result.stderr
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("monosem:")),
  ).toHaveLength(1);
  expect(result.stderr).not.toMatch(/\n\s+at /);
  expect(result.code).toBe(code);
});

test.each([
  ["an empty corpus", "empty.txt", ""],
  ["a corpus of one word", "word.txt", "word"],
  ["a binary file", "binary.txt", Buffer.from([0, 1, 2, 3, 255, 0, 7])],
  ["invalid UTF-8", "latin1.txt", Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a])],
] as const)("%s is answered by one sentence naming it", async (_name, file, content) => {
  const path = join(folder, file);
  writeFileSync(path, content);
  const result = await runMonosem([...tiny(`run-${file}`), "--corpus", path]);
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/^monosem: /m);
  expect(result.stderr).not.toMatch(/\n\s+at /);
});

test("a folder with other things in it is not taken for a run directory", async () => {
  const directory = join(folder, "home");
  mkdirSync(directory);
  writeFileSync(join(directory, "letter.txt"), "dear");
  const result = await runMonosem(["run", "--preset", "tiny", "--run", directory]);
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/not a run directory and not empty \(it holds letter\.txt\)/);
});

test("--dry-run prints the plan and writes nothing", async () => {
  const directory = join(folder, "planned");
  const result = await runMonosem(["run", "--preset", "demo", "--run", directory, "--dry-run", "--json"]);
  const plan = JSON.parse(result.stdout) as { parameters: { model: number } };
  // 4096x128 twice, 128x128 positions, one block of 198,272 with its biases and norms, the last norm's 256.
  expect(plan.parameters.model).toBe(2 * 4096 * 128 + 128 * 128 + 198_272 + 256);
  expect((await runMonosem(["serve", "--run", directory])).code).toBe(1);
});

test("help names every command, and each command's help its flags", async () => {
  const { stdout } = await runMonosem(["--help"]);
  for (const name of [
    "run",
    "tokenize",
    "train-model",
    "harvest",
    "train-dictionary",
    "evaluate",
    "features",
    "serve",
    "sample",
    "doctor",
    "demo",
  ])
    expect(stdout).toContain(`  ${name} `);
  expect((await runMonosem(["run", "--help"])).stdout).toContain("--preset NAME");
  expect((await runMonosem(["doctor", "--json"])).stdout).toContain("native backend");
});
