import { expect, test } from "vitest";
import { createNeuronDictionary } from "../autoencoder/neuron-dictionary.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { modelConfigSchema } from "../model/config.ts";
import { createParameters } from "../model/parameters.ts";
import { createTransformer, forward } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import { readActiveEntries } from "./active-entries.ts";

test("the entries are the positive activations at the site, token by token, in the order of the contexts", async () => {
  const kernels = createReferenceKernels();
  const config = modelConfigSchema.parse({ dModel: 8, heads: 2, dMlp: 12, contextLength: 5, vocabularySize: 11 });
  const model = createTransformer(kernels, config, createParameters(kernels, config, 2));
  const [T, width] = [config.contextLength, config.dMlp];
  const stream = {
    tokens: Uint16Array.from({ length: 41 }, (_, i) => (i * i + 3) % 11),
    documentStarts: Uint32Array.of(0),
    documentLabels: [{}],
  };
  const contexts = Int32Array.of(6, 0, 3);
  const site = "blocks.0.mlp.hook_post";
  const neurons = createNeuronDictionary(kernels, width);
  const batches = readActiveEntries({ model, site, stream, contexts, batch: 2 }, neurons, neurons);
  const rows: number[][] = [];
  for await (const [ofFeatures, ofNeurons] of batches) {
    expect(ofFeatures).toEqual(ofNeurons);
    for (let r = 0; r < ofFeatures.rows; r++) {
      const row = new Array<number>(width).fill(0);
      for (let k = 0; k < ofFeatures.counts[r]!; k++)
        row[ofFeatures.indices[r * ofFeatures.capacity + k]!] = ofFeatures.values[r * ofFeatures.capacity + k]!;
      rows.push(row);
    }
  }
  const expected: number[][] = [];
  const workspace = createWorkspace(model, 1);
  for (const context of contexts) {
    const ids = Int32Array.from(stream.tokens.subarray(context * T, (context + 1) * T));
    const x = await kernels.read(forward(model, workspace, kernels.upload(ids, [T]), { stopAfter: site }));
    for (let t = 0; t < T; t++) expected.push(Array.from(x.subarray(t * width, (t + 1) * width)));
  }
  expect(expected.flat().some((value) => value > 0)).toBe(true);
  expect(rows).toEqual(expected);
});
