import { closeSync, existsSync, openSync, renameSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { activationBatches } from "../src/activations/activation-batches.ts";
import { countDistinctRows } from "../src/activations/harvest.ts";
import { measureActivations } from "../src/activations/statistics.ts";
import { createSuperposition } from "../src/activations/superposition.ts";
import { type DictionaryConfig, dictionaryConfigSchema } from "../src/autoencoder/config.ts";
import { createInitialState } from "../src/autoencoder/initialise.ts";
import { countTrainingSteps, trainDictionary } from "../src/autoencoder/train.ts";
import type { DictionaryStepEvent } from "../src/autoencoder/training-events.ts";
import { readNpyTable } from "../src/interchange/npy.ts";
import type { Kernels, Tensor } from "../src/kernels/kernels.ts";
import { createNativeKernels } from "../src/kernels/native.ts";
import { parseSite } from "../src/model/sites.ts";
import { readModel } from "../src/pipeline/model-files.ts";
import { openRowReader, type RowReader } from "../src/store/row-tables.ts";
import { runPaths } from "../src/store/run-directory.ts";
import { readTokenStream } from "../src/store/token-file.ts";

/**
 * `npm run bench -- sae-training --activations FILE.npy [--run DIR] [--vectors 3000000] [--features 4096] [--batch 1024]
 * [--l1 0.5] [--threads 2] [--json]`: a whole training from its initialisation with the default recipe, reading the file
 * in its order. A file that does not exist is written first: activations of the model of the run in DIR, or made-up ones
 * [512 wide, a fifth of them not zero] without it.
 */
const { values } = parseArgs({
  options: {
    activations: { type: "string" },
    run: { type: "string" },
    vectors: { type: "string", default: "3000000" },
    features: { type: "string", default: "4096" },
    batch: { type: "string", default: "1024" },
    l1: { type: "string", default: "0.5" },
    threads: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const MEDIAN_ROWS = 16_384;
const LAST_SHARE = 0.02; // of the steps, over which the final loss is a mean
const WRITTEN_AT_ONCE = 4096;
const MADE_UP = {
  ...{ features: 2048, width: 512, active: 12, seed: 0 },
  ...{ frequencyExponent: 0.5, noise: 0.03, offset: -0.12 },
};
const MADE_UP_SCALE = 4; // at which the default L1 coefficient leaves about as many active features as were put in

await main(values.activations);

async function main(path: string | undefined): Promise<void> {
  if (path === undefined) throw new Error("sae-training wants --activations FILE.npy");
  const kernels = createNativeKernels({ ...(values.threads !== undefined && { threads: Number(values.threads) }) });
  if (!existsSync(path)) await writeActivations(kernels, path, Number(values.vectors));
  const reader = openRowReader([readNpyTable(path)]);
  const config = dictionaryConfigSchema.parse({
    features: Number(values.features),
    batch: Number(values.batch),
    activations: Math.min(Number(values.vectors), reader.rows),
    l1: Number(values.l1),
    logEvery: 1,
    checkpointEvery: Number.MAX_SAFE_INTEGER,
  });
  const result = await train(kernels, config, reader);
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else for (const [name, value] of Object.entries(result)) process.stdout.write(`${name.padEnd(22)} ${value}\n`);
}

async function train(kernels: Kernels, config: DictionaryConfig, reader: RowReader) {
  const measuring = measureActivations(kernels, readBatches(kernels, reader, MEDIAN_ROWS), { limit: MEDIAN_ROWS });
  let measured = await measuring.next();
  while (!measured.done) measured = await measuring.next();
  const state = createInitialState(kernels, config, measured.value);
  const steps = countTrainingSteps(config);
  const last: DictionaryStepEvent[] = [];
  let denseSteps = 0;
  const start = performance.now();
  const batches = readBatches(kernels, reader, config.batch);
  for await (const event of trainDictionary({ kernels, config, state, batches })) {
    if (event.kind !== "step") continue;
    if (event.dense) denseSteps++;
    if (event.step > steps * (1 - LAST_SHARE)) last.push(event);
  }
  const seconds = (performance.now() - start) / 1000;
  const mean = (of: (event: DictionaryStepEvent) => number) => last.reduce((sum, e) => sum + of(e), 0) / last.length;
  return {
    name: "sae-training",
    examplesPerSecond: Math.round((steps * config.batch) / seconds),
    finalLoss: round(
      mean(({ loss }) => loss),
      4,
    ),
    finalL0: round(
      mean(({ l0 }) => l0),
      2,
    ),
    seconds: round(seconds, 1),
    ...{ steps, denseSteps, batch: config.batch, dIn: reader.width, features: config.features, l1: config.l1 },
    inputNonZero: round(measured.value.fractionNonZero, 3),
    ...{
      threads: kernels.threads,
      level: kernels.level,
      peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    },
  };
}

/** The file's rows in order, `batch` at a time, without end of their own; each tensor valid until the next. */
function* readBatches(kernels: Kernels, reader: RowReader, batch: number): Generator<Tensor> {
  const rows = new Float32Array(batch * reader.width);
  const x = kernels.create([batch, reader.width]);
  for (let first = 0; first + batch <= reader.rows; first += batch) {
    reader.read(rows, first);
    kernels.write(x, rows);
    yield x;
  }
}

/** A .npy file of `count` vectors at `path`, or as many as the run's text gives. */
async function writeActivations(kernels: Kernels, path: string, count: number): Promise<void> {
  const source = values.run === undefined ? makeUp(count) : harvestRun(kernels, values.run, count);
  const file = openSync(`${path}.partial`, "w");
  writeSync(file, describeNpy(source.rows, source.width));
  for await (const rows of source.parts) writeSync(file, rows);
  closeSync(file);
  renameSync(`${path}.partial`, path);
}

interface Parts {
  readonly rows: number;
  readonly width: number;
  readonly parts: AsyncIterable<Float32Array> | Iterable<Float32Array>;
}

function makeUp(count: number): Parts {
  const truth = createSuperposition(MADE_UP);
  const rows = count - (count % WRITTEN_AT_ONCE);
  function* parts(): Generator<Float32Array> {
    for (let first = 0; first < rows; first += WRITTEN_AT_ONCE)
      yield truth.rows(first, WRITTEN_AT_ONCE).map((value) => MADE_UP_SCALE * Math.max(0, value));
  }
  return { rows, width: MADE_UP.width, parts: parts() };
}

function harvestRun(kernels: Kernels, directory: string, count: number): Parts {
  const paths = runPaths(directory);
  const model = readModel(paths, kernels);
  const stream = readTokenStream(paths, "train", model.config.vocabularySize);
  const { site, tokensPerContext, bufferRows, seed } = dictionaryConfigSchema.parse({});
  const distinct = Math.min(count, countDistinctRows(stream, model.config.contextLength, tokensPerContext));
  const rows = distinct - (distinct % WRITTEN_AT_ONCE);
  const options = { site, tokensPerContext, capacity: bufferRows, seed, rows, contexts: 64, batch: WRITTEN_AT_ONCE };
  async function* parts(): AsyncGenerator<Float32Array> {
    for await (const x of activationBatches(model, stream, options)) yield await kernels.read(x);
  }
  return { rows, width: parseSite(site, model.config).width, parts: parts() };
}

/** The header of a float32 matrix in NumPy's format 1.0, padded to 64 bytes. */
function describeNpy(rows: number, width: number): Buffer {
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${width}), }`;
  const text = `${fields.padEnd(Math.ceil((fields.length + 11) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(text, "latin1")]);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
