import { expect, test } from "vitest";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { modelConfigSchema } from "./config.ts";
import { type GenerateOptions, generate } from "./generate.ts";
import { createParameters } from "./parameters.ts";
import { logProbability, sampleToken, samplingSchema } from "./sample-token.ts";
import { createTransformer, forward, type Transformer } from "./transformer.ts";
import { computeLogits } from "./unembed.ts";
import { createWorkspace } from "./workspace.ts";

const kernels = createReferenceKernels();
const sampling = samplingSchema.parse({});

function tinyModel(): Transformer {
  const config = modelConfigSchema.parse({ dModel: 8, heads: 2, dMlp: 16, contextLength: 6, vocabularySize: 13 });
  const parameters = createParameters(kernels, config, 3);
  for (const tensor of parameters.values()) if (tensor.shape.length === 2) kernels.scale(tensor, tensor, 30);
  return createTransformer(kernels, config, parameters);
}

async function collect(model: Transformer, prompt: number[], options: Partial<GenerateOptions>) {
  const drawn = [];
  for await (const one of generate(model, prompt, { ...sampling, tokens: 12, seed: 1, ...options })) drawn.push(one);
  return drawn;
}

async function logitsAfter(model: Transformer, window: number[]): Promise<Float32Array> {
  const logits = kernels.create([window.length, 13]);
  const tokens = kernels.upload(Int32Array.from(window), [window.length]);
  computeLogits(model, logits, forward(model, createWorkspace(model, 1, window.length), tokens));
  return (await kernels.read(logits)).slice(-13);
}

test("each token's log-probability is the model's, also where the window slides past the context length", async () => {
  const model = tinyModel();
  const text = [1, 2, 3];
  for (const { token, logProbability: got } of await collect(model, text, { temperature: 1.7, topK: 5 })) {
    const logits = await logitsAfter(model, text.slice(-6));
    expect(got).toBeCloseTo(logProbability(logits, token), 4);
    text.push(token);
  }
  expect(text.length).toBe(15);
});

test("the same seed draws the same tokens, another seed others, and temperature 0 ignores it", async () => {
  const model = tinyModel();
  const first = await collect(model, [1], { temperature: 3 });
  expect(await collect(model, [1], { temperature: 3 })).toEqual(first);
  expect(await collect(model, [1], { temperature: 3, seed: 2 })).not.toEqual(first);
  const greedy = await collect(model, [1], { temperature: 0 });
  expect(await collect(model, [1], { temperature: 0, seed: 2 })).toEqual(greedy);
});

test("hooks change what is generated, the stop token ends it, an empty prompt is refused", async () => {
  const model = tinyModel();
  const plain = await collect(model, [1], { temperature: 0 });
  const hooks = { "blocks.0.hook_resid_post": (a: Parameters<typeof kernels.fill>[0]) => kernels.fill(a, 1) } as const;
  expect(await collect(model, [1], { temperature: 0, hooks })).not.toEqual(plain);
  const stopped = await collect(model, [1], { temperature: 0, stopToken: plain[2]!.token });
  expect(stopped.at(-1)!.token).toBe(plain[2]!.token);
  expect(stopped.length).toBeLessThanOrEqual(3);
  await expect(collect(model, [], {})).rejects.toThrow("prompt is empty");
});

test("tokens are drawn as often as the tempered softmax says", () => {
  const logits = Float32Array.from([2, 0, 1, -1]);
  const random = createRandomStream(5, "draws");
  const draws = 20_000;
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < draws; i++) counts[sampleToken(logits, { ...sampling, temperature: 2 }, random.uniform(i))]!++;
  const weights = Array.from(logits, (logit) => Math.exp(logit / 2));
  const total = weights.reduce((a, b) => a + b);
  counts.forEach((count, token) => {
    expect(Math.abs(count / draws - weights[token]! / total)).toBeLessThan(0.012);
  });
});

test("top-k keeps the k likeliest and top-p the fewest that reach p", () => {
  const logits = Float32Array.from([0.5, 0.1, 0.25, 0.15], Math.log);
  const reachable = (options: Partial<typeof sampling>) =>
    new Set(Array.from({ length: 1000 }, (_, i) => sampleToken(logits, { ...sampling, ...options }, i / 1000)));
  expect(reachable({ topK: 2 })).toEqual(new Set([0, 2]));
  expect(reachable({ topP: 0.74 })).toEqual(new Set([0, 2]));
  expect(reachable({ topP: 0.76 })).toEqual(new Set([0, 2, 3]));
  expect(reachable({ topP: 1 })).toEqual(new Set([0, 1, 2, 3]));
  expect(reachable({ topK: 1 })).toEqual(new Set([0]));
});
