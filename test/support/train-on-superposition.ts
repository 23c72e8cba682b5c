import { measureActivations } from "../../src/activations/statistics.ts";
import { type Superposition, superposedBatches } from "../../src/activations/superposition.ts";
import type { DictionaryConfig } from "../../src/autoencoder/config.ts";
import { createStateDictionary } from "../../src/autoencoder/fold-weights.ts";
import { createInitialState } from "../../src/autoencoder/initialise.ts";
import { trainDictionary } from "../../src/autoencoder/train.ts";
import type { Kernels } from "../../src/kernels/kernels.ts";
import { measureRecovery, type Recovery } from "../../src/metrics/recovery.ts";

const HELD_OUT = 1e9;
const RESAMPLING = 2e9;

/** What was found of a known dictionary, and how often a feature was re-initialised on the way. */
export interface SuperpositionRun extends Recovery {
  readonly resampled: number;
}

/** Trains a dictionary on the known one's activations from row 0 on, and compares the two on `rows` others. */
export async function trainOnSuperposition(
  kernels: Kernels,
  truth: Superposition,
  config: DictionaryConfig,
  rows = 8192,
): Promise<SuperpositionRun> {
  const measuring = measureActivations(kernels, superposedBatches(kernels, truth, 1024, HELD_OUT), { limit: 2048 });
  let measured = await measuring.next();
  while (!measured.done) measured = await measuring.next();
  const state = createInitialState(kernels, config, measured.value);
  const batches = superposedBatches(kernels, truth, config.batch);
  const resamplingInputs = (step: number) => superposedBatches(kernels, truth, config.batch, RESAMPLING + step * 1e6);
  let resampled = 0;
  for await (const event of trainDictionary({ kernels, config, state, batches, resamplingInputs })) {
    if (event.kind === "resample") resampled += event.features.length;
  }
  const dictionary = createStateDictionary(kernels, state, config);
  return { ...(await measureRecovery(kernels, dictionary, truth, { rows, firstRow: HELD_OUT })), resampled };
}
