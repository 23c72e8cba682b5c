import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { harvest } from "../../src/activations/harvest.ts";
import { selectKernels } from "../../src/kernels/select.ts";
import { readModel } from "../../src/pipeline/model-files.ts";
import type { RunReport } from "../../src/pipeline/report.ts";
import type { DictionaryReport } from "../../src/pipeline/report-dictionary.ts";
import { HARVEST_CONTEXTS } from "../../src/pipeline/stages/harvest.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { readSafetensors } from "../../src/store/safetensors.ts";
import { hashFile } from "../../src/store/stage-record.ts";
import { readTokenStream } from "../../src/store/token-file.ts";
import { runMonosem, startMonosem, waitFor } from "../support/run-monosem.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-cache-"));
const model = join(folder, "model");
const cached = join(folder, "cached");
const CACHE = "activations/cache";
const ROWS = 150_000;

const SMALL = [
  ...["training.tokens=40000", "evaluation.tokens=4000", "corpus.builtinBytes=400000", "features.tokens=4000"],
  ...["dictionary.features=64", "dictionary.checkpointEvery=100", `dictionary.activations=${ROWS}`],
].flatMap((field) => ["--set", field]);

async function succeed(...args: string[]): Promise<string> {
  const result = await runMonosem([...args, "--json"]);
  expect(result).toMatchObject({ code: 0, stderr: "" });
  return result.stdout;
}

beforeAll(async () => {
  await succeed("tokenize", "--preset", "tiny", "--run", model, ...SMALL);
  await succeed("train-model", "--run", model);
  cpSync(model, cached, { recursive: true });
  await succeed("harvest", "--run", cached, "--cache", "--cache-dtype", "float32");
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the shards hold the harvested activations, each row once, in the order of the harvest", async () => {
  const paths = runPaths(cached);
  const kernels = await selectKernels({ backend: "native", onWarning: () => {} });
  const transformer = readModel(paths, kernels);
  const stream = readTokenStream(paths, "train", transformer.config.vocabularySize);
  const names = readdirSync(paths.activations.cache).filter((name) => name.endsWith(".safetensors"));
  expect(names.sort()).toEqual(["00000.safetensors", "00001.safetensors"]);
  const shards = names.map((name) => readSafetensors(join(paths.activations.cache, name)).tensors.get("activations")!);
  expect(shards.reduce((sum, { shape }) => sum + shape[0]!, 0)).toBe(ROWS);
  const options = { site: "blocks.0.mlp.hook_post", tokensPerContext: 64, batch: HARVEST_CONTEXTS, seed: 1 };
  const boundary = shards[0]!.shape[0]!;
  for (const first of [0, boundary - 2048, boundary]) {
    const [rows] = harvest(transformer, stream, { ...options, firstRow: first, rows: first + 1000 });
    const wanted = await kernels.read(rows!);
    const [shard, offset] = first < boundary ? [shards[0]!, first] : [shards[1]!, first - boundary];
    const got = shard.data.subarray(offset * 128, (offset + wanted.length / 128) * 128);
    expect(
      Buffer.from(wanted.buffer, 0, wanted.byteLength).equals(Buffer.from(got.buffer, got.byteOffset, got.byteLength)),
    ).toBe(true);
  }
});

test("a dictionary learns from the shards and not from the text, and is judged on text as ever", async () => {
  const run = join(folder, "learned");
  cpSync(cached, run, { recursive: true });
  rmSync(join(run, "corpus/train.tokens"));
  const refused = await runMonosem(["train-dictionary", "--run", run, "--json"]);
  expect(refused.stderr).toMatch(/train\.tokens is missing/);
  cpSync(join(cached, "corpus/train.tokens"), join(run, "corpus/train.tokens"));
  await succeed("train-dictionary", "--run", run);
  await succeed("evaluate", "--run", run);
  for (const stage of ["harvest", "train-dictionary", "evaluate"]) await succeed(stage, "--run", model);
  const [fromShards, fromText] = [readDictionaryReport(run), readDictionaryReport(model)];
  expect(fromShards.activations).toBe(fromText.activations);
  expect(fromShards.meanActivationRows).toBe(fromText.meanActivationRows);
  expect(Math.abs(fromShards.explainedVariance - fromText.explainedVariance)).toBeLessThan(0.05);
  expect(fromShards.crossEntropy.clean).toBe(fromText.crossEntropy.clean);
  expect(await succeed("run", "--run", run)).toMatch(/"stage":"harvest","skipped":true/);
});

test("stopped in the middle, harvesting goes on after its last shard and ends with the same bytes", async () => {
  const run = join(folder, "stopped");
  cpSync(model, run, { recursive: true });
  const child = startMonosem(["harvest", "--run", run, "--cache", "--cache-dtype", "float32", "--json"]);
  const result = waitFor(child);
  child.stdout?.on("data", () => {
    if (existsSync(join(run, CACHE, "00000.safetensors"))) child.kill("SIGKILL");
  });
  expect((await result).code).toBeNull();
  await succeed("harvest", "--run", run, "--cache", "--cache-dtype", "float32");
  for (const name of ["00000.safetensors", "00001.safetensors", "manifest.json"])
    expect(hashFile(join(run, CACHE, name)), name).toBe(hashFile(join(cached, CACHE, name)));
});

test("float16 takes half the space and rounds", async () => {
  const run = join(folder, "half");
  cpSync(model, run, { recursive: true });
  await succeed("harvest", "--run", run, "--cache");
  const read = (directory: string) =>
    readSafetensors(join(directory, CACHE, "00001.safetensors")).tensors.get("activations")!.data;
  const [half, full] = [read(run), read(cached)];
  expect(half.length).toBe(full.length);
  expect(half.every((value, i) => value === Math.f16round(full[i]!))).toBe(true);
});

test.each([
  ["altered", (bytes: Buffer) => (bytes[bytes.length - 100]! ^= 1), /was altered since stage harvest wrote it/],
  ["cut short", undefined, /is damaged: 5000 bytes/],
] as const)("a shard that was %s is noticed before it is used", async (name, change, sentence) => {
  const run = join(folder, `shard-${name.replace(" ", "-")}`);
  cpSync(cached, run, { recursive: true });
  const path = join(run, CACHE, "00001.safetensors");
  const bytes = readFileSync(path);
  change?.(bytes);
  writeFileSync(path, change === undefined ? bytes.subarray(0, 5000) : bytes);
  const refused = await runMonosem(["train-dictionary", "--run", run, "--json"]);
  expect(refused.stderr).toMatch(sentence);
  expect(refused.code).toBe(1);
});

test("activations harvested otherwise than the dictionary wants are refused by saying how", async () => {
  const named = ["train-dictionary", "--run", cached, "--dictionary", "other"];
  const refused = await runMonosem([...named, "--set", "dictionary.tokensPerContext=16"]);
  expect(refused.stderr).toMatch(/harvested with tokensPerContext 64, this dictionary wants 16/);
  expect(refused.code).toBe(2);
  const unknown = await runMonosem(["harvest", "--run", cached, "--cache", "--cache-dtype", "float8"]);
  expect(unknown.stderr).toMatch(/--cache-dtype is float8, wanted one of float16, float32/);
});

function readDictionaryReport(directory: string): DictionaryReport {
  return (JSON.parse(readFileSync(join(directory, "report.json"), "utf8")) as RunReport).dictionary!;
}
