import { expect, test } from "vitest";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import type { TokenStream } from "../text/contexts.ts";
import { measureBaselines } from "./baselines.ts";
import { modelConfigSchema } from "./config.ts";
import { addBitsPerByte, measureValidation } from "./evaluate.ts";
import { createParameters } from "./parameters.ts";
import { type TrainModelEvent, type TrainModelOptions, trainModel } from "./train.ts";
import type { ModelSnapshot } from "./trainer.ts";
import { trainingConfigSchema } from "./training-config.ts";
import { createTransformer, forward } from "./transformer.ts";
import { computeLogits } from "./unembed.ts";
import { createWorkspace } from "./workspace.ts";

const kernels = createReferenceKernels();
const config = modelConfigSchema.parse({ dModel: 16, heads: 2, dMlp: 32, contextLength: 8, vocabularySize: 12 });
const shortRun = trainingConfigSchema.parse({
  tokens: 10 * 4 * 8,
  batch: 4,
  logEvery: 5,
  validateEvery: 5,
  validateContexts: 7,
  checkpointEvery: 4,
});

function streamOf(tokens: number[]): TokenStream {
  return { tokens: Uint16Array.from(tokens), documentStarts: Uint32Array.from([0]), documentLabels: [{}] };
}

/** Tokens that mostly follow from the one before: token t is followed by 5t + 1 mod 11 nine times in ten. */
function predictableStream(length: number, seed: number): TokenStream {
  const random = createRandomStream(seed, "text");
  const tokens = [0];
  for (let i = 1; i < length; i++) {
    tokens.push(random.uniform(2 * i) < 0.9 ? (5 * tokens[i - 1]! + 1) % 11 : random.integer(2 * i + 1, 12));
  }
  return streamOf(tokens);
}

const stream = predictableStream(600, 1);
const validation = predictableStream(200, 2);

async function run(options: Partial<TrainModelOptions> = {}) {
  const events: TrainModelEvent[] = [];
  const snapshots = new Map<number, ModelSnapshot>();
  const training = options.training ?? shortRun;
  for await (const event of trainModel({ kernels, config, training, stream, validation, seed: 3, ...options })) {
    events.push(event);
    if (event.kind === "checkpoint") snapshots.set(event.step, await event.snapshot());
  }
  return { events, snapshots, last: snapshots.get(Math.max(...snapshots.keys()))! };
}

test("events come at their intervals and the last is the finished checkpoint", async () => {
  const { events } = await run();
  expect(events.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
    "checkpoint 4",
    "step 5",
    "validation 5",
    "checkpoint 8",
    "step 10",
    "validation 10",
    "checkpoint 10",
  ]);
  expect(events.filter((event) => event.kind === "checkpoint").map(({ done }) => done)).toEqual([false, false, true]);
  expect(events[1]).toMatchObject({ tokens: 160, steps: 10 });
});

test("the loss before the first update is near ln V", async () => {
  const { events } = await run({ training: { ...shortRun, tokens: 32 } });
  expect(events[0]).toMatchObject({ kind: "step", step: 1 });
  expect(Math.abs((events[0] as { loss: number }).loss - Math.log(12))).toBeLessThan(0.05);
});

test("a run resumed from any checkpoint ends with the same bytes", async () => {
  const whole = await run();
  for (const step of [4, 8]) {
    const resumed = await run({ state: whole.snapshots.get(step)! });
    expect(resumed.last).toEqual(whole.last);
  }
});

test("a run stopped by its signal leaves a checkpoint from which the same bytes follow", async () => {
  const controller = new AbortController();
  const options = { kernels, config, training: shortRun, stream, validation, seed: 3, signal: controller.signal };
  let state: ModelSnapshot | undefined;
  for await (const event of trainModel(options)) {
    if (event.kind === "step") controller.abort();
    if (event.kind === "checkpoint" && controller.signal.aborted) {
      expect(event.done).toBe(false);
      state = await event.snapshot();
    }
  }
  expect(state?.step).toBe(5);
  expect((await run({ state: state! })).last).toEqual((await run()).last);
});

test("two accumulated passes of two contexts are one step of four", async () => {
  const precise = createReferenceKernels("float64");
  const whole = await run({ kernels: precise });
  const halves = await run({ kernels: precise, training: { ...shortRun, batch: 2, accumulate: 2 } });
  const norms = ({ events }: { events: TrainModelEvent[] }) =>
    events.flatMap((event) => (event.kind === "step" ? [event.gradientNorm, event.loss] : []));
  norms(whole).forEach((value, index) => {
    expect(norms(halves)[index]).toBeCloseTo(value, 5);
  });
  for (const [name, { data }] of whole.last.parameters) {
    if (name.endsWith("c_attn.bias")) continue; // keys' biases have a zero gradient: rounding noise decides their steps
    const other = halves.last.parameters.get(name)!.data;
    expect(Math.max(...data.map((value, i) => Math.abs(value - other[i]!))), name).toBeLessThan(1e-6);
  }
});

test("the init seed and the order seed each change the result, alone", async () => {
  const base = await run();
  const initial = createParameters(kernels, config, 3).get("wte.weight")!;
  expect((await run({ seed: 4, orderSeed: 3 })).last).not.toEqual(base.last);
  expect((await run({ orderSeed: 4 })).last).not.toEqual(base.last);
  expect((await run({ orderSeed: 3 })).last).toEqual(base.last);
  expect(await kernels.read(initial)).not.toEqual(base.last.parameters.get("wte.weight")!.data);
});

test("a model learns a predictable text far below its unigram and down to its bigram", async () => {
  const training = trainingConfigSchema.parse({ tokens: 150 * 64, batch: 8, learningRate: 0.02, logEvery: 150 });
  const long = predictableStream(4000, 5);
  const { events } = await run({ training, stream: long });
  const { unigramLoss, bigramLoss } = measureBaselines(long, validation, 12, 192);
  const final = events.findLast((event) => event.kind === "validation")!;
  expect(unigramLoss).toBeGreaterThan(2);
  expect(final.loss).toBeLessThan(bigramLoss + 0.1);
});

test("a loss that is not finite stops training at its step with a sentence", async () => {
  const training = { ...shortRun, learningRate: 1e30, minLearningRate: 1e30, warmupShare: 0 };
  await expect(run({ training })).rejects.toThrow(
    /gradient of step 2 of 10 is not finite .its norm is NaN.; lower the learning rate/,
  );
});

test("text shorter than a context is refused", async () => {
  await expect(run({ stream: streamOf([1, 2, 3]) })).rejects.toThrow("training text has 3 tokens");
  await expect(run({ validation: streamOf([1, 2, 3]) })).rejects.toThrow("held-out text has 3 tokens");
});

test("the validation loss is the mean over every context, whatever the batch, and bits per byte follow their definition", async () => {
  const model = createTransformer(kernels, config, createParameters(kernels, config, 9));
  const text = predictableStream(5 * 8 + 6, 4);
  const measured = await measureValidation(model, text, { batch: 2 });
  expect(measured.tokens).toBe(40);
  const logits = kernels.create([8, 12]);
  let total = 0;
  for (let context = 0; context < 5; context++) {
    const tokens = Int32Array.from(text.tokens.subarray(8 * context, 8 * context + 8));
    computeLogits(model, logits, forward(model, createWorkspace(model, 1), kernels.upload(tokens, [8])));
    const values = await kernels.read(logits);
    let nats = 0;
    for (let t = 0; t < 8; t++) {
      const row = values.subarray(12 * t, 12 * t + 12);
      const target = text.tokens[8 * context + t + 1]!;
      nats += Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[target]!;
    }
    expect(measured.contextNats[context]).toBeCloseTo(nats, 4);
    total += nats;
  }
  expect(measured.loss).toBeCloseTo(total / 40, 5);
  const byteLengths = Array.from({ length: 12 }, (_, token) => token); // token 0 is the end of text: no bytes
  const bytes = Array.from(text.tokens.subarray(1, 41)).reduce((sum, token) => sum + token);
  const perByte = addBitsPerByte(measured, text, 8, byteLengths);
  expect(perByte.bytes).toBe(bytes);
  expect(perByte.bitsPerByte).toBeCloseTo(total / Math.LN2 / bytes, 5);
});

test("a sample of held-out contexts is distinct, fixed, and hooks act on it", async () => {
  const model = createTransformer(kernels, config, createParameters(kernels, config, 9));
  const sample = await measureValidation(model, validation, { batch: 4, contexts: 7 });
  expect(new Set(sample.contexts).size).toBe(7);
  expect(await measureValidation(model, validation, { batch: 3, contexts: 7 })).toEqual(sample);
  const hooks = { "blocks.0.hook_resid_post": (a: Parameters<typeof kernels.fill>[0]) => kernels.fill(a, 0) } as const;
  const flat = await measureValidation(model, validation, { batch: 4, contexts: 7, hooks });
  expect(flat.loss).toBeCloseTo(Math.log(12), 6); // a zero residual stream gives equal logits
});

test("unigram and bigram losses equal a count by hand", () => {
  const training = predictableStream(500, 7);
  const { unigramLoss, bigramLoss } = measureBaselines(training, validation, 12, 150);
  const text = Array.from(training.tokens);
  const judged = Array.from(validation.tokens.subarray(0, 151));
  let [unigramNats, bigramNats] = [0, 0];
  for (let i = 1; i <= 150; i++) {
    const [a, b] = [judged[i - 1], judged[i]];
    const unigram = (text.filter((token) => token === b).length + 1) / (500 + 12);
    const follows = text.slice(0, -1).filter((token) => token === a).length;
    const pairs = text.filter((token, at) => token === b && text[at - 1] === a && at > 0).length;
    unigramNats -= Math.log(unigram);
    bigramNats -= Math.log((pairs + 100 * unigram) / (follows + 100));
  }
  expect(unigramLoss).toBeCloseTo(unigramNats / 150, 10);
  expect(bigramLoss).toBeCloseTo(bigramNats / 150, 10);
});
