import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import {
  createRepetitiveText,
  createTinyDictionary,
  createTinyTransformer,
} from "../../test/support/tiny-feature-model.ts";
import { parseFeatureRecord } from "../features/feature-record.ts";
import { parseFeatureTable } from "../features/feature-table.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { countTokens } from "../store/count-tokens.ts";
import { openFeaturePack } from "../store/feature-pack.ts";
import { lockRunDirectory } from "../store/lock.ts";
import { runPaths } from "../store/run-directory.ts";
import { writeTokenStream } from "../store/token-file.ts";
import type { RunEvent, StageName } from "./events.ts";
import { resolveExperiment } from "./experiment.ts";
import { buildFeaturePack } from "./feature-pack-builder.ts";
import { Interrupted, type StageContext } from "./stage.ts";

const root = mkdtempSync(join(tmpdir(), "monosem-features-"));
afterAll(() => rmSync(root, { recursive: true }));

const kernels = createReferenceKernels();
const model = createTinyTransformer(kernels);
const { contextLength: T, vocabularySize: V, dMlp } = model.config;
const { dictionary } = createTinyDictionary(kernels, 24, dMlp);
const paths = runPaths(root);
const valid = createRepetitiveText(60, T, V);
const train = { ...createRepetitiveText(3, T, V), tokens: Uint16Array.of(1, 2, V - 1, 1) };
writeTokenStream(paths, "valid", valid);
writeTokenStream(paths, "train", train);

const context: StageContext = {
  paths,
  experiment: resolveExperiment(
    { model: { layers: 2 }, dictionary: { site: "blocks.1.mlp.hook_post" }, seed: 5 },
    [],
    "test",
  ),
  kernels,
  signal: new AbortController().signal,
  dictionaryName: "main",
};
const pack = paths.dictionary("main").pack;

async function collect(
  changes: Partial<StageContext> = {},
  options: { tokens?: number; partial?: boolean; stage?: StageName; inputs?: string; isWanted?: () => boolean } = {},
): Promise<{ events: RunEvent[]; files: readonly string[] }> {
  const events: RunEvent[] = [];
  const building = buildFeaturePack(
    { ...context, ...changes },
    { model, dictionary, tokens: 50 * T, partial: false, ...options },
  );
  for (;;) {
    const next = await building.next();
    if (next.done === true) return { events, files: next.value };
    events.push(next.value);
  }
}

test("the pack describes every feature and says what it was computed from", async () => {
  const { events, files } = await collect({}, { stage: "features" });
  expect(files.every((file) => existsSync(file))).toBe(true);
  const { header, table, record, close } = openFeaturePack(pack);
  const hash = (array: Float32Array | Uint16Array | Uint32Array) =>
    createHash("sha256").update(new Uint8Array(array.buffer)).digest("hex");
  expect(header).toMatchObject({
    dictionary: "main",
    features: 24,
    tokens: 50 * T,
    contexts: 50,
    window: 4,
    site: "blocks.1.mlp.hook_post",
    seed: 5,
    partial: false,
    vocabularySize: V,
    dictionarySha256: hash(await kernels.read(dictionary.directions)),
    tokensSha256: createHash("sha256")
      .update(readFileSync(paths.corpus.tokens("valid")))
      .digest("hex"),
  });
  const { firings, maximum } = parseFeatureTable(table());
  for (let feature = 0; feature < 24; feature++) {
    const parsed = parseFeatureRecord(record(feature));
    expect(parsed).toMatchObject({ index: feature, firings: firings[feature], maximum: maximum[feature], window: 4 });
  }
  close();
  expect(events.at(-1)).toEqual({ kind: "features-ready", dictionary: "main", partial: false });
  expect(events.at(-2)).toMatchObject({ kind: "progress", stage: "features", done: 50, total: 50 });
});

test("logit weights cover tokens of the training text alone, and leave out tokens used nowhere", async () => {
  await collect();
  const counts = countTokens(paths, "train", V);
  expect([counts[1], counts[2], counts[V - 1], counts[3]]).toEqual([2, 1, 1, 0]);
  const used = new Set([...valid.tokens, ...train.tokens]).size;
  const opened = openFeaturePack(pack);
  const { logits } = parseFeatureRecord(opened.record(1));
  expect(logits!.histogram.reduce((a, b) => a + b)).toBe(used);
  opened.close();
});

test("a first look during training, which is no stage of its own, sends no progress and is marked as partial", async () => {
  const { events } = await collect({}, { tokens: 10 * T, partial: true });
  expect(events).toEqual([{ kind: "features-ready", dictionary: "main", partial: true }]);
  const opened = openFeaturePack(pack);
  expect(opened.header).toMatchObject({ partial: true, contexts: 10 });
  opened.close();
});

test("packs take their places one after another, and a look asks only then whether the dictionary was finished meanwhile", async () => {
  const { files } = await collect();
  const before = files.map((file) => readFileSync(file));
  const release = lockRunDirectory(pack);
  let [asked, trained] = [0, false];
  const isWanted = () => {
    asked++;
    return !trained;
  };
  const look = collect({}, { tokens: 10 * T, partial: true, isWanted });
  const other = collect({}, { tokens: 10 * T, partial: true, isWanted });
  await setTimeout(500);
  expect(asked).toBe(0);
  trained = true;
  release();
  for (const { events } of await Promise.all([look, other]))
    expect(events).toEqual([{ kind: "warning", sentence: expect.stringContaining("finished meanwhile") }]);
  expect(asked).toBe(2);
  expect(files.map((file) => readFileSync(file))).toEqual(before);
  trained = false;
  await Promise.all([
    collect({}, { tokens: 10 * T, partial: true, isWanted }),
    collect(),
    collect({}, { tokens: 20 * T }),
  ]);
  openFeaturePack(pack).close();
  expect(readdirSync(pack)).toHaveLength(2);
});

test("an interrupted build leaves the earlier pack as it was", async () => {
  const { files } = await collect();
  const before = files.map((file) => readFileSync(file));
  await expect(collect({ signal: AbortSignal.abort() })).rejects.toThrow(Interrupted);
  expect(files.map((file) => readFileSync(file))).toEqual(before);
  expect(readdirSync(pack)).toHaveLength(2);
});

test("an interrupted build goes on from what it kept, and the pack is the same", async () => {
  const undisturbed = await collect();
  const bytes = undisturbed.files.map((file) => readFileSync(file));
  const stopping = new AbortController();
  const building = buildFeaturePack(
    { ...context, signal: stopping.signal },
    { model, dictionary, tokens: 50 * T, partial: false, stage: "features", inputs: "inputs" },
  );
  const stopped = async () => {
    for (let events = 0; ; events++) {
      if (events === 10) stopping.abort();
      await building.next();
    }
  };
  await expect(stopped()).rejects.toThrow("the same command goes on with them");
  const { packScratch } = paths.dictionary("main");
  expect(readdirSync(join(packScratch, readdirSync(packScratch)[0]!)).length).toBeGreaterThan(0);
  const resumed = await collect({}, { inputs: "inputs" });
  expect(resumed.files).toEqual(undisturbed.files);
  expect(resumed.files.map((file) => readFileSync(file))).toEqual(bytes);
  await collect({}, { inputs: "other inputs" });
  expect(readdirSync(packScratch)).toHaveLength(1);
});

test("the same inputs give the same bytes", async () => {
  const first = await collect();
  const bytes = first.files.map((file) => readFileSync(file));
  rmSync(pack, { recursive: true });
  const second = await collect();
  expect(second.files).toEqual(first.files);
  expect(second.files.map((file) => readFileSync(file))).toEqual(bytes);
});
