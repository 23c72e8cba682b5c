import { expect, test } from "vitest";
import { createNeuronDictionary } from "../autoencoder/neuron-dictionary.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { modelConfigSchema } from "../model/config.ts";
import { createParameters } from "../model/parameters.ts";
import { createTransformer, forward } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import { learnTokenizer } from "../text/learn-tokenizer.ts";
import { createTokenizer } from "../text/tokenizer.ts";
import { encodeText } from "./encode-text.ts";

const kernels = createReferenceKernels();
const site = "blocks.0.mlp.hook_post";
const context = 8;
const neurons = 16;
const tokenizer = createTokenizer(learnTokenizer(["the cat and the hat"], { vocabularySize: 262 }));
const config = modelConfigSchema.parse({
  ...{ dModel: 8, heads: 2, dMlp: neurons, contextLength: context },
  vocabularySize: tokenizer.vocabularySize,
});
const model = createTransformer(kernels, config, createParameters(kernels, config, 3));
const dictionary = createNeuronDictionary(kernels, neurons);

/** All activations of the tokens of one context, which the model sees alone. */
async function activationsOf(tokens: readonly number[]): Promise<number[][]> {
  const ids = kernels.upload(Int32Array.from(tokens), [tokens.length]);
  const out = forward(model, createWorkspace(model, 1, tokens.length), ids, { stopAfter: site });
  const values = [...(await kernels.read(out))];
  return tokens.map((_, row) => values.slice(row * neurons, (row + 1) * neurons));
}

test("each token has exactly its positive activations, the strongest first, also beyond the model's context", async () => {
  const encoded = await encodeText("the hat and the cat, the cat", { model, tokenizer, dictionary, site });
  const ids = [tokenizer.endOfText, ...tokenizer.encode("the hat and the cat, the cat")];
  expect(ids.length).toBeGreaterThan(context);
  expect(encoded.map(({ token }) => token)).toEqual(ids);
  expect(encoded.map(({ text }) => text).join("")).toBe("<|endoftext|>the hat and the cat, the cat");
  for (let start = 0; start < ids.length; start += context) {
    const expected = await activationsOf(ids.slice(start, start + context));
    for (const [row, activations] of expected.entries()) {
      const { features } = encoded[start + row]!;
      expect(features).toHaveLength(activations.filter((value) => value > 0).length);
      for (const { feature, activation } of features) expect(activation).toBeCloseTo(activations[feature]!, 6);
      expect(features).toEqual(features.toSorted((a, b) => b.activation - a.activation));
    }
  }
});
