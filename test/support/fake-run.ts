import { type FeatureRecord, renderFeatureRecord } from "../../src/features/feature-record.ts";
import {
  createFeatureTable,
  type FeatureTable,
  renderFeatureTable,
  writeFeatureLine,
} from "../../src/features/feature-table.ts";
import { computeDictionaryMetrics } from "../../src/metrics/dictionary-metrics.ts";
import { createRandomStream } from "../../src/numerics/random.ts";
import { STAGE_NAMES } from "../../src/pipeline/events.ts";
import { experimentSchema } from "../../src/pipeline/experiment.ts";
import type { RunProgress } from "../../src/pipeline/progress-recorder.ts";
import { appendEvents, type LogLine } from "../../src/store/event-log.ts";
import { createFeaturePackWriter } from "../../src/store/feature-pack.ts";
import { lockRunDirectory } from "../../src/store/lock.ts";
import { RUN_FORMAT, runPaths } from "../../src/store/run-directory.ts";
import { writeJson } from "../../src/store/write-atomically.ts";
import { createTokenizer, type Tokenizer } from "../../src/text/tokenizer.ts";
import { renderTokenizerJson } from "../../src/text/tokenizer-json.ts";
import { createTokenizerTrainer } from "../../src/text/train-tokenizer.ts";
import { createFakeActions, createFakeNeuronBasis, createFakeUltralow } from "./fake-analyses.ts";
import { createFakeAutomata } from "./fake-automata.ts";
import { createFakeFeature, type FakeStream } from "./fake-features.ts";
import { createFakeMap } from "./fake-map.ts";
import {
  createFakeExamples,
  createFakeGallery,
  createFakeProfiles,
  createFakeSpecificity,
} from "./fake-specificity.ts";
import { drawFakeDocuments } from "./fake-text.ts";
import { createFakeLog } from "./fake-training.ts";

/** What a fake run was made of, for comparison with what is shown. */
export interface FakeRun {
  readonly tokenizer: Tokenizer;
  readonly records: readonly FeatureRecord[];
  readonly table: FeatureTable;
  readonly tokens: number;
}

const CONTEXT_LENGTH = 64;
const MODEL_STEPS = 300;

/**
 * Writes a finished run whose numbers are made up but agree with one another, through the real writers. Features from
 * `distinct` on repeat those before under numbers of their own.
 */
export function writeFakeRun(directory: string, features: number, distinct = features): FakeRun {
  const paths = runPaths(directory);
  const documents = drawFakeDocuments(400, 1);
  const definition = trainTokenizer(documents);
  const tokenizer = createTokenizer(definition);
  writeJson(paths.config, { format: RUN_FORMAT, experiment: experimentSchema.parse({}) });
  writeJson(paths.corpus.tokenizer, renderTokenizerJson(definition));
  writeCurves(directory);
  const stream = {
    tokens: Int32Array.from(documents.flatMap((text) => [...tokenizer.encode(text)])),
    contextLength: CONTEXT_LENGTH,
  };
  const models = Array.from({ length: distinct }, (_, index) => createFakeFeature(index, stream, tokenizer));
  const records = Array.from({ length: features }, (_, index) => ({ ...models[index % distinct]!, index }));
  const table = writeFakePack(directory, "main", records, stream, tokenizer.vocabularySize);
  writeMetrics(directory, records, stream);
  writeJson(paths.analysis("specificity", "main"), createFakeSpecificity());
  writeJson(paths.analysis("specificity-profiles", "main"), createFakeProfiles(records));
  writeJson(paths.analysis("neuron-basis", "main"), createFakeNeuronBasis(features));
  writeJson(paths.analysis("ultralow", "main"), createFakeUltralow(features));
  writeJson(paths.analysis("actions", "main"), createFakeActions());
  writeJson(paths.analysis("map", "main"), createFakeMap(features));
  const examples = createFakeExamples(records, stream.tokens);
  writeJson(paths.analysis("specificity-examples", "main"), examples);
  writeJson(paths.analysis("gallery", "main"), createFakeGallery(examples));
  writeJson(paths.analysis("automata", "main"), createFakeAutomata([...stream.tokens.subarray(0, 200)]));
  writeJson(paths.progress, createProgress("finished"));
  return { tokenizer, records, table, tokens: stream.tokens.length };
}

/** Writes what a run looks like while its model is learning: progress and part of the first log. */
export function writeFakeRunningRun(directory: string): void {
  const paths = runPaths(directory);
  writeJson(paths.config, { format: RUN_FORMAT, experiment: experimentSchema.parse({}) });
  appendEvents(paths.model.metrics, createModelLog().slice(0, 90));
  writeJson(paths.progress, createProgress("running"));
  lockRunDirectory(directory);
}

/** Writes what a run looks like while its dictionary is learning: `until` is the share of its steps that are done. */
export function writeFakeLearningRun(directory: string, until: number): void {
  const paths = runPaths(directory);
  writeJson(paths.config, { format: RUN_FORMAT, experiment: experimentSchema.parse({}) });
  appendEvents(paths.model.metrics, createModelLog());
  appendEvents(paths.dictionary("main").metricsLog, createDictionaryLog(until));
  writeJson(paths.progress, createProgress("running", "train-dictionary"));
  lockRunDirectory(directory);
}

function trainTokenizer(documents: readonly string[]) {
  const trainer = createTokenizerTrainer({ vocabularySize: 600 });
  for (const text of documents) trainer.add(text);
  const training = trainer.train();
  for (;;) {
    const next = training.next();
    if (next.done) return next.value;
  }
}

function writeCurves(directory: string): void {
  const paths = runPaths(directory);
  appendEvents(paths.model.metrics, createModelLog());
  appendEvents(paths.dictionary("main").metricsLog, createDictionaryLog());
  writeJson(paths.model.evaluation, {
    parameters: 1_200_000,
    trainTokens: 300 * 2048,
    validationTokens: 40_000,
    validationLoss: 4.31,
    bitsPerByte: 2.61,
    unigramLoss: 6.4,
    bigramLoss: 4.9,
  });
}

function createModelLog() {
  const noise = createRandomStream(3, "noise");
  return Array.from({ length: MODEL_STEPS }, (_, index) => {
    const step = index + 1;
    const loss = 4.1 + 4.2 * Math.exp(-step / 40) + 0.25 * (noise.uniform(step) - 0.5);
    const line = { step, kind: "step", loss, learningRate: 1e-3, tokens: step * 2048, gradientNorm: 1 };
    return step % 30 === 0 ? [line, { step, kind: "validation", loss: 4.2 + 4.2 * Math.exp(-step / 40) }] : [line];
  }).flat();
}

/** The log of a dictionary whose rare features become an ultralow cluster, re-initialised twice. */
export function createDictionaryLog(until = 1): LogLine[] {
  return createFakeLog({
    until,
    features: 1024,
    silent: (done) => Math.max(0, 0.05 * (done - 0.3)),
    ultralow: (done) => Math.max(0, 0.3 * (done - 0.35)),
    resamples: [
      { step: 500, features: 3 },
      { step: 1000, features: 22 },
    ],
  });
}

/** Writes the pages of as many made-up neurons, which are other ones than the features of a fake run. */
export function writeFakeNeurons(directory: string, neurons: number): readonly FeatureRecord[] {
  const tokenizer = createTokenizer(trainTokenizer(drawFakeDocuments(400, 1)));
  const documents = drawFakeDocuments(400, 1);
  const stream = {
    tokens: Int32Array.from(documents.flatMap((text) => [...tokenizer.encode(text)])),
    contextLength: CONTEXT_LENGTH,
  };
  const models = Array.from({ length: neurons }, (_, index) => createFakeFeature(index + 100, stream, tokenizer));
  const records = models.map((record, index) => ({ ...record, index }));
  writeFakePack(directory, "neurons", records, stream, tokenizer.vocabularySize);
  return records;
}

function writeFakePack(
  directory: string,
  dictionary: string,
  records: readonly FeatureRecord[],
  stream: FakeStream,
  vocabularySize: number,
): FeatureTable {
  const writer = createFeaturePackWriter(runPaths(directory).dictionary(dictionary).pack);
  const table = createFeatureTable(records.length);
  for (const record of records) {
    writer.add(renderFeatureRecord(record));
    writeFeatureLine(table, record);
  }
  writer.publish(
    {
      dictionary,
      tokens: stream.tokens.length,
      contexts: Math.ceil(stream.tokens.length / CONTEXT_LENGTH),
      window: 4,
      site: "blocks.0.mlp.hook_post",
      layerNormScale: 1.5,
      correlationTokens: stream.tokens.length,
      ablation: "direct",
      dictionarySha256: "0".repeat(64),
      tokensSha256: "1".repeat(64),
      seed: 1,
      toolVersion: "0.0.0",
      partial: false,
      leftOut: [],
      vocabularySize,
      unusedTokens: [],
    },
    renderFeatureTable(table),
  );
  return table;
}

function writeMetrics(directory: string, records: readonly FeatureRecord[], stream: FakeStream): void {
  const noise = createRandomStream(5, "metrics");
  const tokens = CONTEXT_LENGTH;
  const contexts = Array.from({ length: 40 }, (_, index) => {
    const extra = tokens * noise.uniform(index);
    return {
      tokens,
      active: tokens * 9 + extra,
      clean: 4.3 * tokens + extra,
      zeroAblated: 5.1 * tokens + extra,
      meanAblated: 5.3 * tokens + extra,
      reconstructed: 4.33 * tokens + extra * 1.01,
      kl: 0.03 * tokens,
      squaredError: 30 + extra / 10,
      squaredDeviation: 160 + extra / 5,
    };
  });
  const activity = {
    tokens: stream.tokens.length,
    counts: Int32Array.from(records, ({ firings }) => firings),
    maxima: Float32Array.from(records, ({ maximum }) => maximum),
  };
  writeJson(runPaths(directory).dictionary("main").metrics, computeDictionaryMetrics(contexts, activity));
}

function createProgress(
  state: RunProgress["state"],
  current: (typeof STAGE_NAMES)[number] = "train-model",
): RunProgress {
  const running = STAGE_NAMES.indexOf(current);
  return {
    state,
    message: state === "finished" ? "L0 9.2, loss recovered 0.961" : "held-out 6 % of the documents",
    stages: STAGE_NAMES.map((name, index) => ({
      name,
      state: state === "finished" || index < running ? "done" : index === running ? "running" : "waiting",
      done: index === running ? 184_320 : 0,
      total: index === running ? 614_400 : 0,
      unit: "tokens",
      seconds: 4 + 11 * index,
      etaSeconds: state === "running" && index === running ? 93 : null,
    })),
  };
}
