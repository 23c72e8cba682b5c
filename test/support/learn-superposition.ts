import { createSuperposition } from "../../src/activations/superposition.ts";
import type { DictionaryConfig } from "../../src/autoencoder/config.ts";
import type { Kernels, Tensor } from "../../src/kernels/kernels.ts";
import type { Transformer } from "../../src/model/transformer.ts";
import type { ActivationSource, SourceBatchesOptions } from "../../src/pipeline/activation-source.ts";
import { openDictionaryTrainer, openTrainingBatches } from "../../src/pipeline/dictionary-trainer.ts";
import { experimentSchema } from "../../src/pipeline/experiment.ts";
import type { StageContext } from "../../src/pipeline/stage.ts";
import { RUN_FORMAT, runPaths } from "../../src/store/run-directory.ts";
import { writeJson } from "../../src/store/write-atomically.ts";

/** A dictionary small enough to be learned within a second by the reference backend. */
const SMALL = {
  features: 64,
  activations: 24_000,
  batch: 64,
  l1: 0.2,
  learningRate: 3e-3,
  encoderScale: 0.5,
  checkpointEvery: 100,
  logEvery: 5,
  looks: 20,
};
const WIDTH = 32;
const STATISTICS_ROWS = 4000;

/** What a training on made-up activations is like. */
export interface LearnOptions {
  readonly kernels: Kernels;
  readonly directory: string;
  /** Fields of the dictionary that differ. */
  readonly dictionary?: Partial<DictionaryConfig>;
  readonly model?: Transformer;
  /** The training is stopped, as by Ctrl-C, once the log says it has come to this step. */
  readonly stopAt?: number;
}

/** Learns the dictionary `main` of a run directory from superposed activations, through the real trainer, or goes on with it. */
export async function learnSuperposition(options: LearnOptions): Promise<void> {
  const { kernels, directory, stopAt = Number.POSITIVE_INFINITY } = options;
  const stop = new AbortController();
  const experiment = experimentSchema.parse({ dictionary: { ...SMALL, ...options.dictionary } });
  writeJson(runPaths(directory).config, { format: RUN_FORMAT, experiment });
  const context: StageContext = {
    paths: runPaths(directory),
    experiment: { ...experiment, features: { ...experiment.features, partialTokens: 0 } },
    kernels,
    signal: stop.signal,
    dictionaryName: "main",
  };
  const source = createSource(kernels, options.model);
  const opening = openDictionaryTrainer({
    context,
    name: "main",
    config: experiment.dictionary,
    source,
    inputs: "same",
  });
  let opened = await opening.next();
  while (!opened.done) opened = await opening.next();
  const trainer = opened.value;
  const batches = openTrainingBatches(source, trainer.config, experiment.seed, trainer.state.step);
  for await (const _ of trainer.run(batches)) if (trainer.state.step >= stopAt) stop.abort();
}

function createSource(kernels: Kernels, model: Transformer | undefined): ActivationSource {
  const width = model?.config.dMlp ?? WIDTH;
  const truth = createSuperposition({ features: 2 * width, width, active: 1.5, seed: 7 });
  const rows = truth.rows(0, STATISTICS_ROWS);
  const mean = Float32Array.from({ length: width }, (_, j) => {
    let sum = 0;
    for (let row = 0; row < STATISTICS_ROWS; row++) sum += rows[row * width + j]!;
    return sum / STATISTICS_ROWS;
  });
  const norms = Array.from({ length: STATISTICS_ROWS }, (_, row) =>
    Math.hypot(...rows.subarray(row * width, (row + 1) * width)),
  );
  const meanNorm = norms.reduce((sum, norm) => sum + norm, 0) / STATISTICS_ROWS;
  return {
    width,
    rows: 10_000_000,
    origin: "the superposition gives",
    ...(model === undefined ? {} : { model }),
    statistics: { rows: STATISTICS_ROWS, mean, geometricMedian: mean, fractionNonZero: 1, meanNorm },
    batches: async function* ({
      batch,
      firstBatch = 0,
      rows: limit = 10_000_000,
    }: SourceBatchesOptions): AsyncGenerator<Tensor> {
      for (let index = firstBatch; (index + 1) * batch <= limit; index++)
        yield kernels.upload(truth.rows(index * batch, batch), [batch, width]);
    },
  };
}
