import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSuperposition } from "../../src/activations/superposition.ts";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { measureRecovery } from "../../src/metrics/recovery.ts";
import { openRun } from "../../src/pipeline/open-run.ts";
import type { RunReport } from "../../src/pipeline/report.ts";
import type { AnyDictionaryReport } from "../../src/pipeline/report-dictionary.ts";
import { writeSafetensors } from "../../src/store/safetensors.ts";
import { hashFile } from "../../src/store/stage-record.ts";
import { type CommandResult, runMonosem, startMonosem, waitFor } from "../support/run-monosem.ts";
import { writeNpy } from "../support/write-npy.ts";

const FIXTURES = resolve(import.meta.dirname, "../parity/fixtures/activations");
const folder = mkdtempSync(join(tmpdir(), "monosem-own-"));
const width = 32;
const superposition = createSuperposition({ features: 48, width, active: 2, seed: 5, offset: 0.3 });
const rows = (first: number, count: number) => superposition.rows(first, count);
const files = [join(folder, "a.npy"), join(folder, "b.npy"), join(folder, "c.safetensors")];
const finished = join(folder, "finished");

const SETTINGS = [
  ...["features=96", "activations=150000", "epochs=4", "batch=256", "bufferRows=8192", "encoderScale=0.7", "l1=0.2"],
  ...["learningRate=0.003", "checkpointEvery=40", "logEvery=5"],
].flatMap((field) => ["--set", `dictionary.${field}`]);

const learn = (directory: string, ...more: string[]) => [
  ...["train-dictionary", "--run", directory, "--activations", ...files, ...SETTINGS],
  ...["--json", ...more],
];

let first: CommandResult;

beforeAll(async () => {
  writeNpy(files[0]!, rows(0, 15_000), width);
  writeNpy(files[1]!, new Float16Array(rows(15_000, 12_003)), width);
  writeSafetensors(
    files[2]!,
    new Map([
      ["one", { shape: [9000, width], data: new Float16Array(rows(27_003, 9000)) }],
      ["two", { shape: [4001, width], data: rows(36_003, 4001) }],
    ]),
  );
  first = await runMonosem(learn(finished));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a dictionary learned from files of activations", () => {
  test("needs no text and no model, and finds the directions that made them", async () => {
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(finished).sort()).not.toContain("model");
    const kernels = createReferenceKernels();
    const dictionary = openRun(finished).dictionary(kernels);
    const recovery = await measureRecovery(kernels, dictionary, superposition, { rows: 0, firstRow: 0 });
    expect(recovery.meanMaxCosine).toBeGreaterThan(0.95);
  });

  test("is judged on vectors it has not learned from, and the report says what needs a model", async () => {
    const judged = await runMonosem(["evaluate", "--run", finished, "--json"]);
    expect(judged).toMatchObject({ code: 0, stderr: "" });
    expect(judged.stdout).toMatch(/loss recovered and KL need the model/);
    const report = readReport(finished);
    expect(report.files?.map(({ dtype, rows }) => [dtype, rows])).toEqual([
      ["F32", 15_000],
      ["F16", 12_003],
      ["F16", 9000],
      ["F32", 4001],
    ]);
    const dictionary = report.dictionary!;
    // 5 % of 40,004 rows, in blocks of 32.
    expect(dictionary.evaluationTokens).toBe(1984);
    expect(dictionary.explainedVariance).toBeGreaterThan(0.8);
    expect(dictionary.l0).toBeLessThan(10);
    expect("lossRecovered" in dictionary).toBe(false);
    expect(readFileSync(join(finished, "report.md"), "utf8")).toMatch(/40,004 vectors of width 32 from 4 files/);
  });

  test("run again, nothing is done twice", async () => {
    const weights = hashFile(join(finished, "dictionaries/main/weights.safetensors"));
    const again = await runMonosem(["run", "--run", finished, "--json"]);
    expect(again.code).toBe(0);
    expect(again.stdout.match(/"skipped":true/g)).toHaveLength(3);
    expect(again.stdout).toMatch(/no model: tokenize, train-model, features, specificity, features-neurons left out/);
    expect(hashFile(join(finished, "dictionaries/main/weights.safetensors"))).toBe(weights);
  });

  test("what needs a model is refused by saying so", async () => {
    for (const [command, sentence] of [
      ["features", /has no model: features cannot be run there/],
      ["sample", /holds no trained model/],
    ] as const) {
      const refused = await runMonosem([command, "--run", finished]);
      expect(refused.stderr).toMatch(sentence);
      expect(refused.code).toBeGreaterThan(0);
    }
  });

  test("the doctor reads its log", async () => {
    expect(await runMonosem(["doctor", finished])).toMatchObject({ code: 0, stderr: "" });
  });

  test("a second dictionary and the neurons stand beside the first", async () => {
    const small = ["--run", finished, "--dictionary", "small", "--json"];
    const settings = ["--set", "dictionary.features=32", "--set", "dictionary.activations=20000"];
    expect(await runMonosem(["train-dictionary", ...small, ...settings])).toMatchObject({ code: 0 });
    expect(await runMonosem(["evaluate", ...small])).toMatchObject({ code: 0 });
    expect(await runMonosem(["evaluate", "--run", finished, "--dictionary", "neurons"])).toMatchObject({ code: 0 });
    const { dictionaries } = readReport(finished);
    expect(Object.keys(dictionaries).sort()).toEqual(["neurons", "small"]);
    // Neurons are their positive parts.
    expect(dictionaries.neurons!.explainedVariance).toBeGreaterThan(0.8);
    const other = await runMonosem(["train-dictionary", ...small, "--set", "dictionary.features=33"]);
    expect(other.stderr).toMatch(/dictionary\.features is 32 there, 33 here/);
    expect(other.code).toBe(2);
  });
});

describe("stopped and gone on with", () => {
  test.each([
    ["SIGKILL", [6, 90, 301]],
    ["SIGINT", [200]],
  ] as const)("by %s again and again, it ends with the same bytes", async (signal, steps) => {
    const directory = join(folder, signal);
    for (const step of steps) {
      const child = startMonosem(learn(directory, "--threads", String(1 + (step % 2))));
      const result = waitFor(child);
      child.stdout?.on("data", () => {
        if (readStep(directory) >= step) child.kill(signal);
      });
      expect((await result).code).not.toBe(0);
    }
    expect(await runMonosem(learn(directory, "--threads", "1"))).toMatchObject({ code: 0 });
    for (const name of ["weights.safetensors", "metrics.jsonl", "density-history.safetensors"])
      expect(hashFile(join(directory, "dictionaries/main", name)), name).toBe(
        hashFile(join(finished, "dictionaries/main", name)),
      );
  });
});

describe("files that are not those of the run", () => {
  test("others are refused by naming the field", async () => {
    const other = await runMonosem(["train-dictionary", "--run", finished, "--activations", files[0]!]);
    expect(other.stderr).toMatch(/holds a run of another config: activations\.files is .* there, .* here/);
    expect(other.code).toBe(2);
  });

  test("one that was changed or is gone is refused by name, whatever is asked", async () => {
    const directory = join(folder, "changed");
    const own = join(folder, "own.npy");
    copyFileSync(files[0]!, own);
    const small = ["--set", "dictionary.features=32", "--set", "dictionary.activations=5000", ...SETTINGS.slice(6, 8)];
    const learned = await runMonosem(["train-dictionary", "--run", directory, "--activations", own, ...small]);
    expect(learned.code).toBe(0);
    const bytes = readFileSync(own);
    bytes[5000]! ^= 1;
    writeFileSync(own, bytes);
    for (const command of ["train-dictionary", "evaluate"]) {
      const refused = await runMonosem([command, "--run", directory]);
      expect(refused.stderr).toMatch(/own\.npy was changed since .*changed began to learn from it/);
      expect(refused.code).toBe(1);
    }
    rmSync(own);
    expect((await runMonosem(["evaluate", "--run", directory])).stderr).toMatch(/own\.npy does not exist/);
    expect(existsSync(join(directory, "config.json"))).toBe(true);
  });
});

describe("bad input", () => {
  const bad = (name: string) => join(FIXTURES, name);
  const notFinite = join(folder, "nan.npy");
  beforeAll(() => {
    const values = rows(0, 2000);
    values[1234 * width + 7] = Number.NaN;
    writeNpy(notFinite, values, width);
  });

  test.each([
    ["a pattern without files", [join(folder, "*.none")], /matches no file/],
    ["column order", [bad("fortran.npy")], /fortran_order/],
    ["shards of different widths", [bad("float32.npy"), files[0]!], /vectors of width 32, .* of 3/],
    ["fewer rows than a batch", [bad("float32.npy")], /hold 5 activation vectors.*fewer than one batch of 1024/],
    [
      "a number that is not finite",
      [notFinite, "--set", "dictionary.batch=64"],
      /row 1234 holds a number that is not finite \(NaN, column 7\)/,
    ],
    ["text besides", [files[0]!, "--corpus", "builtin"], /leave --corpus and --valid out/],
  ] as const)("%s is answered by one sentence, and leaves no dictionary", async (name, args, sentence) => {
    const directory = join(folder, `bad-${name.replaceAll(" ", "-")}`);
    const result = await runMonosem(["train-dictionary", "--run", directory, "--activations", ...args]);
    expect(result.stderr).toMatch(sentence);
    expect(result.stderr.split("\n").filter((line) => line.startsWith("monosem:"))).toHaveLength(1);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.code).toBeGreaterThan(0);
    expect(existsSync(join(directory, "dictionaries"))).toBe(false);
    expect(existsSync(join(directory, "config.json"))).toBe(false);
  });

  test("a truncated file is refused", async () => {
    const path = join(folder, "cut.npy");
    writeFileSync(path, readFileSync(files[0]!).subarray(0, 100_001));
    const result = await runMonosem(["train-dictionary", "--run", join(folder, "cut"), "--activations", path]);
    expect(result.stderr).toMatch(/cut\.npy is damaged: 99873 bytes of numbers, its shape \(15000, 32\) needs 1920000/);
    expect(result.code).toBe(1);
  });

  test("a stage that cannot be run in a new directory leaves no config there", async () => {
    const directory = join(folder, "new");
    expect((await runMonosem(["evaluate", "--preset", "tiny", "--run", directory])).code).toBe(1);
    expect(existsSync(join(directory, "config.json"))).toBe(false);
    expect((await runMonosem(["evaluate", "--preset", "paper", "--run", directory])).stderr).toMatch(
      /has not been run/,
    );
  });
});

test("a run directory copied elsewhere goes on from its files", async () => {
  const copy = join(folder, "copy");
  cpSync(finished, copy, { recursive: true });
  expect((await runMonosem(["evaluate", "--run", copy, "--json"])).stdout.match(/"skipped":true/g)).toHaveLength(2);
});

function readReport(directory: string): RunReport<AnyDictionaryReport> {
  return JSON.parse(readFileSync(join(directory, "report.json"), "utf8")) as RunReport<AnyDictionaryReport>;
}

function readStep(directory: string): number {
  const path = join(directory, "dictionaries/main/metrics.jsonl");
  if (!existsSync(path)) return 0;
  const last = readFileSync(path, "utf8").trimEnd().split("\n").at(-1) ?? "";
  return Number(/"step":(\d+)/.exec(last)?.[1] ?? 0);
}
