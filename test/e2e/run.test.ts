import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunEvent, STAGE_NAMES } from "../../src/pipeline/events.ts";
import type { RunReport } from "../../src/pipeline/report.ts";
import { readEvents } from "../../src/store/event-log.ts";
import { openFeaturePack } from "../../src/store/feature-pack.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { hashFile } from "../../src/store/stage-record.ts";
import { readEventFile } from "../support/read-event-file.ts";
import { type CommandResult, runMonosem, startMonosem, waitFor } from "../support/run-monosem.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-run-"));
const finished = join(folder, "tiny");
let first: CommandResult;

/** A run small enough to be killed many times. */
const SMALL = [
  "--preset",
  "tiny",
  ...[
    "training.tokens=120000",
    "training.checkpointEvery=5",
    "dictionary.activations=150000",
    "evaluation.tokens=4000",
  ],
  ...["dictionary.checkpointEvery=5", "features.tokens=4000", "corpus.builtinBytes=400000", "dictionary.logEvery=3"],
].flatMap((value, index) => (index < 2 ? [value] : ["--set", value]));

beforeAll(async () => {
  first = await runMonosem(["run", "--preset", "tiny", "--run", finished, "--json", "--tensorboard"]);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the tiny run", () => {
  test("ends well and says so as JSON lines", () => {
    expect(first.stderr).toBe("");
    expect(first.code).toBe(0);
    const events = first.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as RunEvent);
    const stages = events.flatMap((event) => (event.kind === "stage-finished" && !event.skipped ? [event.stage] : []));
    expect(stages).toEqual([
      "tokenize",
      "train-model",
      "harvest",
      "train-dictionary",
      "evaluate",
      "features",
      "specificity",
      "features-neurons",
    ]);
    expect(events.at(-1)?.kind).toBe("run-finished");
  });

  test("its model is better than its unigram and its figures lie in their bands", () => {
    const { model, dictionary } = readReport(finished);
    expect(model!.validationLoss).toBeLessThan(model!.unigramLoss - 0.5);
    expect(model!.bitsPerByte).toBeGreaterThan(1.5);
    expect(model!.bitsPerByte).toBeLessThan(4);
    expect(dictionary!.l0).toBeGreaterThan(1);
    expect(dictionary!.l0).toBeLessThan(40);
    expect(dictionary!.lossRecovered.zero).toBeGreaterThan(0.5);
    expect(dictionary!.crossEntropy.clean).toBeLessThan(dictionary!.crossEntropy.zeroAblated);
    expect(dictionary!.intervals.l0[0]).toBeLessThan(dictionary!.l0);
  });

  test("its dictionary was looked at forty times, and its event files hold a line of the logs each", () => {
    const log = readEvents(runPaths(finished).dictionary("main").metricsLog);
    expect(log.filter(({ kind }) => kind === "look")).toHaveLength(40);
    expect(log.at(-1)).toMatchObject({ kind: "look", lossRecovered: { zero: expect.any(Number) } });
    const folder = join(finished, "tensorboard", "dictionary-main");
    const [file] = readdirSync(folder);
    expect(readEventFile(readFileSync(join(folder, file!)))).toHaveLength(log.length + 1);
    expect(readdirSync(join(finished, "tensorboard")).sort()).toEqual(["dictionary-main", "model"]);
  });

  test("the clean cross entropy of the dictionary's metrics is the model's own where the text is the same", () => {
    const { model, dictionary } = readReport(finished);
    expect(dictionary!.evaluationTokens).toBe(model!.validationTokens);
    expect(dictionary!.crossEntropy.clean).toBeCloseTo(model!.validationLoss, 4);
  });

  test("its neurons have pages too, which monosem features finds to be there", async () => {
    const pack = openFeaturePack(runPaths(finished).dictionary("neurons").pack);
    expect(pack.header).toMatchObject({ dictionary: "neurons", features: 128, partial: false });
    pack.close();
    const again = await runMonosem(["features", "--run", finished, "--dictionary", "neurons", "--json"]);
    expect(again.stdout).toContain('{"kind":"stage-finished","stage":"features-neurons","skipped":true}');
  });

  test("run again, every stage is skipped and nothing is rewritten", async () => {
    const before = hashTree(finished);
    const again = await runMonosem(["run", "--run", finished, "--json"]);
    expect(again.code).toBe(0);
    expect(again.stdout.match(/"skipped":true/g)).toHaveLength(STAGE_NAMES.length);
    expect(hashTree(finished)).toEqual(before);
  });

  test("another config in the same directory is refused by naming the fields and the way out", async () => {
    const refused = await runMonosem(["run", "--preset", "tiny", "--run", finished, "--set", "dictionary.l1=1"]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/dictionary\.l1 is 0\.5 there, 1 here; .*--reuse/);
  });

  test("--reuse takes the unchanged stages over and computes the rest", async () => {
    const other = join(folder, "reused");
    const reused = await runMonosem(["run", "--run", other, "--reuse", finished, "--set", "dictionary.l1=1", "--json"]);
    expect(reused.code).toBe(0);
    expect(reused.stdout.match(/"skipped":true/g)).toHaveLength(4);
    expect(readReport(other).model).toEqual(readReport(finished).model);
    expect(readReport(other).dictionary!.l0).toBeLessThan(readReport(finished).dictionary!.l0);
  });

  test("a second dictionary by the recipe of 2023 stands beside the first in the report", async () => {
    const run = ["--run", finished, "--dictionary", "paper", "--json"];
    const fewer = ["--recipe", "paper", "--set", "dictionary.activations=40000"];
    expect((await runMonosem(["train-dictionary", ...run, ...fewer])).code).toBe(0);
    expect((await runMonosem(["evaluate", ...run])).code).toBe(0);
    expect((await runMonosem(["evaluate", "--run", finished, "--dictionary", "neurons", "--json"])).code).toBe(0);
    const { dictionaries, dictionary } = readReport(finished);
    // Whole batches of 256, and of 8,192 by that recipe.
    expect(dictionary!.activations).toBe(149_760);
    expect(dictionaries.paper!.activations).toBe(32_768);
    expect(dictionaries.neurons!.lossRecovered.zero).toBeCloseTo(1, 5);
    expect(dictionaries.neurons!.kl).toBeCloseTo(0, 6);
  });

  test("the model writes, the same text for the same seed", async () => {
    const sample = (seed: string) => runMonosem(["sample", "--run", finished, "--tokens", "20", "--seed", seed]);
    const [one, same, other] = [await sample("3"), await sample("3"), await sample("4")];
    expect(one.code).toBe(0);
    expect(one.stdout).toBe(same.stdout);
    expect(one.stdout).not.toBe(other.stdout);
  });

  test.each(["model/model.safetensors", "corpus/train.tokens", "dictionaries/main/weights.safetensors"])(
    "%s, cut short or altered, is noticed before it is used",
    async (name) => {
      const copy = join(folder, `damaged-${name.replaceAll("/", "-")}`);
      cpSync(finished, copy, { recursive: true });
      const path = join(copy, name);
      truncateSync(path, 1000);
      const cut = await runMonosem(["run", "--run", copy]);
      expect(cut.code).toBe(1);
      expect(cut.stderr).toMatch(/is damaged: 1000 bytes, \d+ were written/);
      const bytes = readFileSync(join(finished, name));
      bytes[bytes.length - 9]! ^= 4;
      writeFileSync(path, bytes);
      const altered = await runMonosem(["run", "--run", copy]);
      expect(altered.code).toBe(1);
      expect(altered.stderr).toMatch(/was altered/);
    },
  );
});

describe("an interrupted run", () => {
  const whole = join(folder, "whole");
  beforeAll(async () => {
    expect((await runMonosem(["run", ...SMALL, "--run", whole])).code).toBe(0);
  }, 120_000);

  test.each(["SIGKILL", "SIGINT"] as const)(
    "stopped by %s again and again ends with the same bytes",
    async (signal) => {
      const directory = join(folder, signal);
      const killed = new Set<string>();
      for (const [stage, step] of [
        ["train-model", 6],
        ["train-model", 11],
        ["train-dictionary", 7],
        ["train-dictionary", 21],
      ] as const) {
        const child = startMonosem(["run", ...SMALL, "--run", directory, "--json"]);
        const result = waitFor(child);
        child.stdout?.on("data", () => {
          const log = readLog(directory, stage);
          if (log >= step) child.kill(signal);
        });
        const { code } = await result;
        if (code !== 0) killed.add(`${stage} ${step}`);
      }
      expect(killed.size).toBeGreaterThanOrEqual(2);
      const last = await runMonosem(["run", ...SMALL, "--run", directory, "--threads", "1"]);
      expect(last.code).toBe(0);
      expect(hashTree(directory)).toEqual(hashTree(whole));
    },
  );

  test("a second process on the same directory is refused", async () => {
    const directory = join(folder, "locked");
    const child = startMonosem(["run", ...SMALL, "--run", directory, "--json"]);
    const result = waitFor(child);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    const second = await runMonosem(["run", ...SMALL, "--run", directory]);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/is in use by process \d+/);
    child.kill("SIGKILL");
    await result;
  });
});

function readReport(directory: string): RunReport {
  return JSON.parse(readFileSync(join(directory, "report.json"), "utf8")) as RunReport;
}

function readLog(directory: string, stage: "train-model" | "train-dictionary"): number {
  const path = join(directory, stage === "train-model" ? "model/metrics.jsonl" : "dictionaries/main/metrics.jsonl");
  if (!existsSync(path)) return 0;
  const last = readFileSync(path, "utf8").trimEnd().split("\n").at(-1) ?? "";
  return Number(/"step":(\d+)/.exec(last)?.[1] ?? 0);
}

/** SHA-256 of every artefact; what depends on the clock or the number of threads is left out. */
function hashTree(directory: string): Record<string, string> {
  const excluded = /^(progress|timings|report)\.(json|md)$|^lock$/;
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
  return Object.fromEntries(
    names
      .filter((name) => !excluded.test(name) && !name.includes("/pack/"))
      .sort()
      .map((name) => [name, hashFile(join(directory, name))]),
  );
}
