// Hides 96 directions in 48 dimensions and lets an autoencoder find them: node examples/find-a-known-dictionary.ts
import {
  createAutoencoder,
  createSuperposition,
  createTrainingState,
  dictionaryConfigSchema,
  initialiseAutoencoder,
  measureRecovery,
  selectKernels,
  superposedBatches,
  trainDictionary,
} from "monosem";

const truth = createSuperposition({ features: 96, width: 48, active: 3, frequencyExponent: 0.5, noise: 0.02, seed: 1 });
const config = dictionaryConfigSchema.parse({ features: 192, activations: 256_000, batch: 128, l1: 0.3 });

const kernels = await selectKernels();
const weights = initialiseAutoencoder(kernels, { ...config, width: truth.width }, new Float32Array(truth.width));
const state = createTrainingState(kernels, weights);
const batches = superposedBatches(kernels, truth, config.batch);
for await (const event of trainDictionary({ kernels, config, state, batches }))
  if (event.kind === "step" && event.step % 250 === 0)
    console.log(`step ${event.step}: loss ${event.loss.toFixed(4)}, L0 ${event.l0.toFixed(2)}`);

const dictionary = createAutoencoder(kernels, state.weights);
const recovery = await measureRecovery(kernels, dictionary, truth, { rows: 10_000, firstRow: 1e9 });
console.log(`mean max cosine ${recovery.meanMaxCosine.toFixed(4)}, F1 of firing ${recovery.codeF1.toFixed(3)}`);
console.log(`found ${(100 * recovery.found).toFixed(1)} % of ${truth.features} features`);
