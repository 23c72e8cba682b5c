import { parseArgs } from "node:util";
import { createNativeKernels } from "../src/kernels/native.ts";
import { createReferenceKernels } from "../src/kernels/reference.ts";
import { answerLive } from "../src/live/answer-live.ts";
import { parseLiveRequest } from "../src/live/live-request.ts";
import { openLive } from "../src/pipeline/open-live.ts";

/** `npm run bench -- live --run DIR [--dictionary main] [--backend reference|native] [--feature 100] [--rounds 5] [--json]`: what a page waits for. */
const { values } = parseArgs({
  options: {
    run: { type: "string", default: "runs/demo" },
    dictionary: { type: "string", default: "main" },
    backend: { type: "string", default: "reference" },
    feature: { type: "string", default: "100" },
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});

const TEXT =
  "The quick brown fox jumps over the lazy dog, and nobody in the village was surprised. When the committee met again in March 1987, " +
  "the report had not been read by anyone. She opened the letter slowly; inside was a photograph of the old harbour in winter.";
const TOKENS = 90;
const kernels = values.backend === "native" ? createNativeKernels() : createReferenceKernels();
const subject = openLive(values.run, values.dictionary, kernels);
const pin = { kind: "pin", feature: Number(values.feature), value: 2, span: null };
const steer = { kind: "steer", prompt: "1,2,3,4,5,6,7,8,9,10", tokens: TOKENS, seed: 1, errorTerm: "keep" };
const exploring = { kind: "explore", text: TEXT, effects: true, nextToken: null };

const result = {
  name: "live",
  backend: values.backend,
  textTokens: subject.tokenizer.encode(TEXT).length + 1,
  explore: await measure({ ...exploring, effects: false }),
  exploreWithEffects: await measure(exploring),
  steeredTokensPerSecond: await measureTokens([pin]),
  unsteeredTokensPerSecond: await measureTokens([]),
};
const sentence = `live on ${values.backend} kernels, medians of CPU time: features of ${result.textTokens} tokens ${result.explore} ms, with all effects ${result.exploreWithEffects} ms; steered ${result.steeredTokensPerSecond} tokens/s, unsteered ${result.unsteeredTokensPerSecond}`;
process.stdout.write(`${values.json ? JSON.stringify(result) : sentence}\n`);

/** Median of the process's CPU time in ms, after one round to warm up: what the page would wait for on a free core. */
async function measure(request: unknown): Promise<number> {
  const times: number[] = [];
  for (let round = -1; round < Number(values.rounds); round++) {
    const before = process.cpuUsage();
    for await (const _ of answerLive(subject, parseLiveRequest(request)));
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) times.push((user + system) / 1000);
  }
  return Math.round(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!);
}

async function measureTokens(interventions: readonly object[]): Promise<number> {
  return Math.round((1000 * TOKENS) / (await measure({ ...steer, interventions })));
}
