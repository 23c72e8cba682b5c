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
  const probe = createLossProbe({ model, site, stream, contexts, features: 30, meanActivation });
  const probed = await probe.measure(dictionary);
  const evaluation = evaluateDictionary({ model, dictionary, site, stream, contexts, meanActivation });
  let next = await evaluation.next();
  while (!next.done) next = await evaluation.next();
  const { crossEntropy, lossRecovered, evaluationTokens } = next.value.metrics;
  expect(probe.tokens).toBe(evaluationTokens);
  for (const name of ["clean", "zeroAblated", "meanAblated", "reconstructed"] as const)
    expect(probed.crossEntropy[name]).toBeCloseTo(crossEntropy[name], 5);
  expect(probed.lossRecovered.zero).toBeCloseTo(lossRecovered.zero, 4);
  expect(probed.lossRecovered.mean).toBeCloseTo(lossRecovered.mean, 4);
});

test("one probe measures a dictionary again as it changes, and what does not depend on it stays", async () => {
  const probe = createLossProbe({ model, site, stream, contexts: 8, features: 30, meanActivation });
  const { dictionary, weights } = createTinyDictionary(kernels, 30, width);
  const first = await probe.measure(dictionary);
  expect(await probe.measure(dictionary)).toEqual(first);
  kernels.scale(weights.decoder, weights.decoder, 0.5);
  const second = await probe.measure(dictionary);
  expect(second.crossEntropy.clean).toBe(first.crossEntropy.clean);
  expect(second.crossEntropy.reconstructed).not.toBe(first.crossEntropy.reconstructed);
});
