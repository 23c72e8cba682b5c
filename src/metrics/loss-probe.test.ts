import { expect, test } from "vitest";
import {
  createRepetitiveText,
  createTinyDictionary,
  createTinyTransformer,
} from "../../test/support/tiny-feature-model.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { evaluateDictionary } from "./evaluate-dictionary.ts";
import { createLossProbe } from "./loss-probe.ts";

const kernels = createReferenceKernels();
const model = createTinyTransformer(kernels);
const site = "blocks.1.mlp.hook_post";
const width = model.config.dMlp;
const stream = createRepetitiveText(40, model.config.contextLength, model.config.vocabularySize);
const meanActivation = Float32Array.from({ length: width }, (_, i) => 0.05 * i);

test.each([5, 40, 1000])("a probe of %i contexts agrees with the evaluation of the same sample", async (contexts) => {
  const { dictionary } = createTinyDictionary(kernels, 30, width);
  const probed = await createLossProbe({ model, site, stream, contexts, meanActivation }).measure(dictionary);
  const evaluation = evaluateDictionary({ model, dictionary, site, stream, contexts, meanActivation });
  let next = await evaluation.next();
  while (!next.done) next = await evaluation.next();
  const { crossEntropy, lossRecovered, evaluationTokens } = next.value.metrics;
  expect(probed.tokens).toBe(evaluationTokens);
  for (const name of ["clean", "zeroAblated", "meanAblated", "reconstructed"] as const)
    expect(probed.crossEntropy[name]).toBeCloseTo(crossEntropy[name], 5);
  expect(probed.lossRecovered.zero).toBeCloseTo(lossRecovered.zero, 4);
  expect(probed.lossRecovered.mean).toBeCloseTo(lossRecovered.mean, 4);
});

test("one probe measures dictionaries of different sizes and what is measured once stays", async () => {
  const probe = createLossProbe({ model, site, stream, contexts: 8, meanActivation });
  const first = await probe.measure(createTinyDictionary(kernels, 30, width).dictionary);
  const second = await probe.measure(createTinyDictionary(kernels, 60, width).dictionary);
  expect(second.crossEntropy.clean).toBe(first.crossEntropy.clean);
  expect(second.crossEntropy.reconstructed).not.toBe(first.crossEntropy.reconstructed);
});
