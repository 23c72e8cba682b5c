// Hides 48 directions in 24 dimensions and lets an autoencoder find them: node examples/find-a-known-dictionary.ts
import {
  createRandomStream,
  createTrainingState,
  dictionaryConfigSchema,
  initialiseAutoencoder,
  selectKernels,
  trainDictionary,
} from "monosem";

const [truths, width, batch, steps] = [48, 24, 512, 1200];
const draw = createRandomStream(1, "superposition");
const unit = (row: number[]) => row.map((value) => value / Math.hypot(...row));
const directions = Array.from({ length: truths }, (_, i) =>
  unit(Array.from({ length: width }, (_, j) => draw.normal(i * width + j))),
);

const kernels = await selectKernels();
function* batches() {
  for (let row = 0, data = new Float32Array(batch * width); row < steps * batch; data.fill(0)) {
    for (let r = 0; r < batch; r++, row++)
      for (const [i, direction] of directions.entries()) {
        const at = 1e6 + 2 * (row * truths + i);
        if (draw.uniform(at) > 0.04) continue;
        for (let j = 0; j < width; j++) data[r * width + j]! += (0.5 + draw.uniform(at + 1)) * direction[j]!;
      }
    yield kernels.upload(data, [batch, width]);
  }
}

const config = dictionaryConfigSchema.parse({
  features: 96,
  activations: steps * batch,
  batch,
  l1: 0.2,
  logEvery: 200,
});
const weights = initialiseAutoencoder(kernels, { ...config, width }, new Float32Array(width));
const state = createTrainingState(kernels, weights);
for await (const event of trainDictionary({ kernels, config, state, batches: batches() }))
  if (event.kind === "step")
    console.log(`step ${event.step}: loss ${event.loss.toFixed(4)}, L0 ${event.l0.toFixed(2)}`);

const decoder = await kernels.read(state.weights.decoder); // [features, width], unit rows
const cosine = (truth: number[], k: number) => truth.reduce((sum, x, j) => sum + x * decoder[k * width + j]!, 0);
const best = directions.map((truth) =>
  Math.max(...Array.from({ length: config.features }, (_, k) => cosine(truth, k))),
);
console.log(`mean max cosine ${(best.reduce((a, b) => a + b) / truths).toFixed(4)}`);
